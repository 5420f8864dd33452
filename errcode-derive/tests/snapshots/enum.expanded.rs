const _: () = {
    use ::errcode_core::__private as __e;
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: [::core::primitive::u8; 921] = *b"ERRCODE\x04\x011\x00\x00\x00\x1e\x02\x00\x00\
P\x00\x00\x00\xe1\x00\x00\x0088838e1f\x00ProjectError\x00errcode-derive\x00\x000\x00\x00project\x00E\
2001NotFoundproject  not foundenthere is no project zh\xe9\xa1\xb9\xe7\x9b\xae  \xe4\xb8\x8d\xe5\xad\
\x98\xe5\x9c\xa8idu64No project has this id.team-projectscheck the idIt may have been deleted.projec\
t_goneE2002NumberTakenholder_idHolder17The number is taken.E2001team-projectsnumber {number} is take\
n by {0}E2301Trackertracker answered *. upstream >= 500X-TrackerdownRateLimit-RemainingThe tracker d\
id not answer.team-projectstrackerupstreamtracker answered {upstream}E2401Expiredtoken  is expiredex\
piredteam-projectstoken {token} is expiredE2501Storethe store failedstoreteam-projects\x00\x00\x00\x00\
\x00\x00\x00\x00\x94\x01\x00\x00\x05\x08\x08\x00\xa2\x00\x00\x00B\x00\x00\x00\x99\x01\x00\x00\x05\x0b\
\x08@\x08\x01\x00\x00b\x00\x00\x00\xf6\x01\x00\x00\x05\x07\x01>\xa9\x01\x00\x00\xb1\x00\x00\x00\x91\x01\
\x00\x00\x05\x07\x10\x00\xf2\x01\x00\x00\xd0\x00\x00\x00\x90\x01\x00\x00\x05\x05\x08H\x02\x12\x00\x04\
\x00\x00\x08\x00\x00\x03\x16\x00\x05\x00\x02\x00\x14\x00\x00\x03\x13\x00\x05\x00\x02\x00\x07\x00\x00\
\x05\x05\x00\x06\x00\x00\x00\x02\x00\x03\x00\x01\x17\x00\x00\x00\x0e\r\x00\x00\x00\n\x0c\x00\x00\x00\
\x15\x19\x00\x00\x00\x11\x0c\x00\x00\x00\x00\x05\x11\x00\x06\x00\x00\x02\t\x00\x06\x00\x01\x14\x00\x00\
\x00\t\x05\x00\x00\x00\x0e\r\x00\x00\x00\x1b\x1f\x00\x00\x00\x00\x02\x11\x00\x04\x00\x00\x11\x00\x00\
\x08\x00\x00\x01\x00\x02\x19\x12\x00\x00\x00\x12\r\x00\x03\x00\t\x00\xff\x12\x13\x00\x03\x00\x13\x00\
\x01\x13\x00\x00\x0c\x00\x14\x00\x00\x00`\xea\x00\x00\x00\x00\x00\x00\x01\x1b\x00\x00\x00\x0e\r\x00\x00\
\x00\x10\x07\x00\x00\x00\x10\x08\x00\x00\x00\x1b\x1b\x00\x00\x00\x00\x02\x11\x00\x04\x00\x00\x06\x00\
\x00\x14\x00\x00\x01\x00\x10\x01\x07\x00\x00\x00\x0e\r\x00\x00\x00\x1b\x18\x00\x00\x00\x00\x02\x10\x00\
\x01\x00\x00\x01\x05\x00\x00\x00\x0e\r\x00\x00\x00\x00";
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
    impl __e::Fields for ProjectError {
        type Row = __e::OfValue;
        fn row_of_value(&self) -> __e::ErrorSpec {
            __e::ErrorSpec::new(<Self as __e::Catalogued>::TABLE, self.__errcode_row())
        }
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            __then(&self.__errcode_args())
        }
        fn inner(&self) -> __e::Option<&dyn __e::Rows> {
            match self {
                Self::Member { 0: __0 } => __e::Some(__e::Inner::inner(__0)),
                _ => __e::None,
            }
        }
        fn caused_by(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            self.__errcode_source()
        }
        fn dynamic(&self) -> __e::Dynamic<'_> {
            match self {
                Self::Tracker {
                    upstream: upstream @ _,
                    wait: wait @ _,
                    left: left @ _,
                } => {
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
            use __e::{LocateInner as _, LocateNothing as _};
            match self {
                Self::Store { location: __0, .. } => {
                    __e::LocationField::fill(__0, __location)
                }
                Self::Member { 0: __0 } => __0.locate_inner(__location),
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __e::Display for ProjectError {
        fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
            match self {
                Self::NumberTaken {
                    number: number @ _,
                    holder: holder @ _,
                    cause: cause @ _,
                } => {
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
    #[automatically_derived]
    impl __e::From<MemberError> for ProjectError {
        fn from(__source: MemberError) -> Self {
            Self::Member { 0: __source }
        }
    }
    #[automatically_derived]
    impl __e::Coded for ProjectError
    where
        for<'__unused> ProjectError: __e::Debug,
    {}
    #[automatically_derived]
    impl __e::Catalogued for ProjectError {
        const VALUE: __e::Table = __e::table(
                "ProjectError",
                ::core::module_path!(),
                "E2001NotFoundproject  not foundenthere is no project zh项目  不存在idu64No pro\
ject has this id.team-projectscheck the idIt may have been deleted.project_goneE2002NumberTakenholde\
r_idHolder17The number is taken.E2001team-projectsnumber {number} is taken by {0}E2301Trackertracker \
answered *. upstream >= 500X-TrackerdownRateLimit-RemainingThe tracker did not answer.team-projectst\
rackerupstreamtracker answered {upstream}E2401Expiredtoken  is expiredexpiredteam-projectstoken {tok\
en} is expiredE2501Storethe store failedstoreteam-projects",
                &__SECTION,
                &[
                    8260058136289612981, 17432338159186972824, 16126859181577770834,
                    6451296814184536044, 15222478523612106809, 7226331813215414753,
                ],
            )
            .with(__e::Rest {
                alias_rows: &[0],
                children: &[
                    || {
                        use __e::{ChildTable as _, NoChildTable as _};
                        (&__e::Child::<MemberError>::NEW).table()
                    },
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
            });
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
