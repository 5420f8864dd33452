const _: () = {
    use ::errcode_core::__private as __e;
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: __e::TypeRecord<
        912,
        { ::core::concat!(::core::module_path!(), "\0").len() },
    > = __e::TypeRecord {
        fixed: *b"ERRCODE\x03\x01(\0\0\0\x1E\x02\0\0P\0\0\0\xE1\0\0\0ProjectError\0errcode-derive\0\x00\
0\0\0project\0E2001NotFoundproject  not foundenthere is no project zh\xE9\xA1\xB9\xE7\x9B\xAE  \xE4\xB8\
\x8D\xE5\xAD\x98\xE5\x9C\xA8idu64No project has this id.team-projectscheck the idIt may have been de\
leted.project_goneE2002NumberTakenholder_idHolder17The number is taken.E2001team-projectsnumber {num\
ber} is taken by {0}E2301Trackertracker answered *. upstream >= 500X-TrackerdownRateLimit-RemainingT\
he tracker did not answer.team-projectstrackerupstreamtracker answered {upstream}E2401Expiredtoken  \
is expiredexpiredteam-projectstoken {token} is expiredE2501Storethe store failedstoreteam-projects\0\
\0\0\0\0\0\0\0\x94\x01\0\0\x05\x08\x08\0\xA2\0\0\0B\0\0\0\x99\x01\0\0\x05\x0B\x08@\x08\x01\0\0b\0\0\0\
\xF6\x01\0\0\x05\x07\x01>\xA9\x01\0\0\xB1\0\0\0\x91\x01\0\0\x05\x07\x10\0\xF2\x01\0\0\xD0\0\0\0\x90\x01\
\0\0\x05\x05\x08H\x02\x12\0\x04\0\0\x08\0\0\x03\x16\0\x05\0\x02\0\x14\0\0\x03\x13\0\x05\0\x02\0\x07\0\
\0\x05\x05\0\x06\0\0\0\x02\0\x03\0\x01\x17\0\0\0\x0E\r\0\0\0\n\x0C\0\0\0\x15\x19\0\0\0\x11\x0C\0\0\0\
\0\x05\x11\0\x06\0\0\x02\t\0\x06\0\x01\x14\0\0\0\t\x05\0\0\0\x0E\r\0\0\0\x1B\x1F\0\0\0\0\x02\x11\0\x04\
\0\0\x11\0\0\x08\0\0\x01\0\x02\x19\x12\0\0\0\x12\r\0\x03\0\t\0\xFF\x12\x13\0\x03\0\x13\0\x01\x13\0\0\
\x0C\0\x14\0\0\0`\xEA\0\0\0\0\0\0\x01\x1B\0\0\0\x0E\r\0\0\0\x10\x07\0\0\0\x10\x08\0\0\0\x1B\x1B\0\0\0\
\0\x02\x11\0\x04\0\0\x06\0\0\x14\0\0\x01\0\x10\x01\x07\0\0\0\x0E\r\0\0\0\x1B\x18\0\0\0\0\x02\x10\0\x01\
\0\0\x01\x05\0\0\0\x0E\r\0\0\0\0",
        module: __e::bytes(::core::concat!(::core::module_path!(), "\0")),
    };
    struct __Child<T: ?::core::marker::Sized>(::core::marker::PhantomData<T>);
    impl<T: __e::Catalogued + ?::core::marker::Sized> __Child<T> {
        fn table(&self) -> &'static __e::Table {
            T::TABLE
        }
    }
    #[allow(dead_code)]
    trait __NoChild {
        fn table(&self) -> &'static __e::Table {
            &__e::Table::EMPTY
        }
    }
    impl<T: ?::core::marker::Sized> __NoChild for __Child<T> {}
    impl ProjectError {
        fn __errcode_row(&self) -> ::core::primitive::u32 {
            match self {
                Self::NotFound { .. } => 0,
                Self::NumberTaken { .. } => 1,
                Self::Tracker { .. } => 2,
                Self::Expired { .. } => 3,
                Self::Store { .. } => 4,
                _ => 0,
            }
        }
        fn __errcode_args(&self) -> [__e::Arg<'_>; 3] {
            match self {
                Self::NotFound { id: __0 } => {
                    [__e::Arg::text(__0), __e::Arg::NONE, __e::Arg::NONE]
                }
                Self::NumberTaken { holder: __0, .. } => {
                    [__e::Arg::json(__0), __e::Arg::NONE, __e::Arg::NONE]
                }
                Self::Tracker { upstream: __0, left: __1, wait: __2 } => {
                    [__e::Arg::text(__0), __e::Arg::text(__1), __e::Arg::after(__2)]
                }
                Self::Expired { token: __0 } => {
                    [__e::Arg::REDACTED, __e::Arg::NONE, __e::Arg::NONE]
                }
                _ => [__e::Arg::NONE; 3],
            }
        }
        fn __errcode_source(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            #[allow(unused_imports)]
            use __e::{OfError as _, OfPointer as _, OfPointers as _};
            match self {
                Self::NumberTaken { cause: __0, .. } => {
                    __e::Some((&&&&__e::Source(__0)).as_dyn_error())
                }
                Self::Store { cause: __0, .. } => {
                    __e::Some((&&&&__e::Source(__0)).as_dyn_error())
                }
                Self::Member { 0: __0 } => {
                    __e::Error::source((&&&&__e::Source(__0)).as_dyn_error())
                }
                _ => __e::None,
            }
        }
    }
    #[automatically_derived]
    impl __e::Rows for ProjectError {
        fn row(&self) -> __e::ErrorSpec {
            __e::ErrorSpec::new(<Self as __e::Catalogued>::TABLE, self.__errcode_row())
        }
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            __then(&self.__errcode_args())
        }
        fn inner(&self) -> __e::Option<&dyn __e::Rows> {
            match self {
                Self::Member { 0: __0 } => __e::Some(__0),
                _ => __e::None,
            }
        }
        fn caused_by(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            self.__errcode_source()
        }
        fn dynamic(&self) -> __e::Dynamic<'_> {
            #[allow(unused_variables, deprecated)]
            match self {
                Self::Tracker { upstream: upstream, wait: wait, left: left } => {
                    __e::Dynamic {
                        when: __e::Some({
                            let __when: ::core::primitive::bool = *upstream >= 500;
                            __when
                        }),
                        inherit: __e::None,
                    }
                }
                _ => {
                    __e::Dynamic {
                        when: __e::None,
                        inherit: __e::None,
                    }
                }
            }
        }
        fn captured(&self) -> __e::Captured<'_> {
            #[allow(unused_imports)]
            use __e::{AsBacktrace as _, NoBacktrace as _};
            match self {
                Self::Store { location: __0, backtrace: __1, .. } => {
                    __e::Captured {
                        location: __e::LocationField::location(__0),
                        backtrace: __1.as_backtrace(),
                    }
                }
                _ => {
                    __e::Captured {
                        location: __e::None,
                        backtrace: __e::None,
                    }
                }
            }
        }
        fn locate(&mut self, __location: &'static __e::Location<'static>) {
            match self {
                Self::Store { location: __0, .. } => {
                    __e::LocationField::fill(__0, __location)
                }
                Self::Member { 0: __0 } => __e::Rows::locate(__0, __location),
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __e::Display for ProjectError {
        fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
            #[allow(unused_variables, deprecated, clippy::used_underscore_binding)]
            match self {
                Self::NumberTaken { number: number, holder: holder, cause: cause } => {
                    ::core::write!(
                        __f, "number {__field_number:>8} is taken by {}", holder.name(),
                        __field_number = number
                    )
                }
                Self::Member { 0: __0 } => __e::Display::fmt(__0, __f),
                _ => __e::show(self, __f),
            }
        }
    }
    #[automatically_derived]
    impl __e::Error for ProjectError {
        fn source(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            self.__errcode_source()
        }
    }
    #[allow(deprecated, unused_qualifications)]
    #[automatically_derived]
    impl __e::From<StoreError> for ProjectError {
        #[track_caller]
        fn from(__source: StoreError) -> Self {
            Self::Store {
                cause: __source,
                location: __e::LocationField::of(__e::Location::caller()),
                backtrace: __e::From::from(__e::Backtrace::capture()),
            }
        }
    }
    #[allow(deprecated, unused_qualifications)]
    #[automatically_derived]
    impl __e::From<MemberError> for ProjectError {
        fn from(__source: MemberError) -> Self {
            Self::Member { 0: __source }
        }
    }
    #[automatically_derived]
    impl __e::Coded for ProjectError
    where
        for<'__unused> ProjectError: __e::Rows + __e::Error,
    {}
    #[automatically_derived]
    impl __e::Catalogued for ProjectError {
        const TABLE: &'static __e::Table = &__e::table(
            ["ProjectError", ::core::module_path!(), "errcode-derive", ""],
            0,
            "E2001NotFoundproject  not foundenthere is no project zh项目  不存在idu64No project \
has this id.team-projectscheck the idIt may have been deleted.project_goneE2002NumberTakenholder_idH\
older17The number is taken.E2001team-projectsnumber {number} is taken by {0}E2301Trackertracker answ\
ered *. upstream >= 500X-TrackerdownRateLimit-RemainingThe tracker did not answer.team-projectstrack\
erupstreamtracker answered {upstream}E2401Expiredtoken  is expiredexpiredteam-projectstoken {token} \
is expiredE2501Storethe store failedstoreteam-projects",
            &__SECTION.fixed,
            &[
                8260058136289612981, 17432338159186972824, 16126859181577770834,
                6451296814184536044, 15222478523612106809, 7226331813215414753,
            ],
            __e::Rest {
                alias_rows: &[0],
                children: &[
                    || __Child::<MemberError>(::core::marker::PhantomData).table(),
                ],
                catalog_module: "project",
                references: &[
                    __e::Reference {
                        key: 8260058136289612981,
                        code: "E2001",
                        row: 1,
                        attribute: "public_as",
                    },
                ],
                ..__e::Rest::NONE
            },
        );
    }
    #[automatically_derived]
    impl __e::Debug for ProjectError {
        fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
            match self {
                Self::NotFound { id: __0 } => {
                    __f.debug_struct("NotFound").field("id", &__0).finish()
                }
                Self::NumberTaken { number: __0, holder: __1, cause: __2 } => {
                    __f.debug_struct("NumberTaken")
                        .field("number", &__0)
                        .field("holder", &__1)
                        .field("cause", &__2)
                        .finish()
                }
                Self::Tracker { upstream: __0, wait: __1, left: __2 } => {
                    __f.debug_struct("Tracker")
                        .field("upstream", &__0)
                        .field("wait", &__1)
                        .field("left", &__2)
                        .finish()
                }
                Self::Expired { .. } => {
                    __f.debug_struct("Expired")
                        .field("token", &::core::format_args!("[redacted]"))
                        .finish()
                }
                Self::Store { cause: __0, location: __1, backtrace: __2 } => {
                    __f.debug_struct("Store")
                        .field("cause", &__0)
                        .field("location", &__1)
                        .field("backtrace", &__2)
                        .finish()
                }
                Self::Member { 0: __0 } => __f.debug_tuple("Member").field(&__0).finish(),
            }
        }
    }
    #[allow(deprecated)]
    impl ProjectError {
        ///Makes a [`Self::NotFound`].
        #[must_use]
        pub fn not_found(id: u64) -> Self {
            Self::NotFound { id: id }
        }
        ///Makes a [`Self::NumberTaken`].
        #[must_use]
        pub fn number_taken(
            number: impl ::core::convert::Into<String>,
            holder: Holder,
            cause: std::io::Error,
        ) -> Self {
            Self::NumberTaken {
                number: ::core::convert::Into::into(number),
                holder: holder,
                cause: cause,
            }
        }
        ///Makes a [`Self::Tracker`].
        #[must_use]
        pub fn tracker(upstream: u16, wait: std::time::Duration, left: u32) -> Self {
            Self::Tracker {
                upstream: upstream,
                wait: wait,
                left: left,
            }
        }
        ///Makes a [`Self::Expired`].
        #[must_use]
        pub fn expired(token: impl ::core::convert::Into<String>) -> Self {
            Self::Expired {
                token: ::core::convert::Into::into(token),
            }
        }
        ///Makes a [`Self::Store`].
        #[must_use]
        #[track_caller]
        pub fn store(cause: StoreError) -> Self {
            Self::Store {
                cause: cause,
                location: __e::LocationField::of(__e::Location::caller()),
                backtrace: __e::From::from(__e::Backtrace::capture()),
            }
        }
        ///Makes a [`Self::Member`].
        #[must_use]
        pub fn member(field_0: MemberError) -> Self {
            Self::Member { 0: field_0 }
        }
        ///Whether this is [`Self::NotFound`].
        #[must_use]
        pub fn is_not_found(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::NotFound { .. })
        }
        ///Whether this is [`Self::NumberTaken`].
        #[must_use]
        pub fn is_number_taken(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::NumberTaken { .. })
        }
        ///Whether this is [`Self::Tracker`].
        #[must_use]
        pub fn is_tracker(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::Tracker { .. })
        }
        ///Whether this is [`Self::Expired`].
        #[must_use]
        pub fn is_expired(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::Expired { .. })
        }
        ///Whether this is [`Self::Store`].
        #[must_use]
        pub fn is_store(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::Store { .. })
        }
        ///Whether this is [`Self::Member`].
        #[must_use]
        pub fn is_member(&self) -> ::core::primitive::bool {
            ::core::matches!(self, Self::Member { .. })
        }
    }
};
