const _: () = {
    use ::errcode_core::__private as __e;
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: [::core::primitive::u8; 234] = *b"ERRCODE\x04\x01\'\x00\x00\x00Z\x00\x00\x00\x10\
\x00\x00\x00@\x00\x00\x0019ef82d7\x00FormError\x00errcode-derive\x00\x000\x00\x00\x00F1001 is not va\
lid of  has  violations is not validform&\'a strThe form has invalid fields.\x00\x00\x00\x00\x00\x00\
\x00\x00\xa6\x01\x00\x00\x05\x00\x08\x00\x04\r\x00\x04\x00\x00\x00\x00\x02\x02\x14\x00\n\x00\x00\x00\
\x00\x02\x04\x00\x03\x05\x00\x01\x03\r\x00\x05\x00\x00\x00\x00\x00\x02\x05\x0b\x00\x06\x00\x02\x00\x04\
\x00\x07\x00\x06\x00\x00\x02\x00\x01\x00\x17\x00\x00\x01\x00\x04\x01\x1c\x00\x00\x00\x00";
    static __TABLE: __e::Table = __e::table(
        "FormError",
        ::core::module_path!(),
        "F1001 is not valid of  has  violations is not validform&'a strThe form has invalid fields.",
        &__SECTION,
        &[15663342854629141992],
    );
    #[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]
    #[automatically_derived]
    impl<'a, T: Clone> __e::Fields for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        T: __e::Display,
        Self: __e::Display,
    {
        type Row = __e::OfValue;
        fn row_of_value(&self) -> __e::ErrorSpec {
            __e::ErrorSpec::new(&__TABLE, 0)
        }
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            let Self {
                place: __0,
                count: __1,
                form: __2,
                owner: __3,
                violations: __4,
            } = self;
            __then(
                &[
                    __e::Arg::text(__0),
                    __e::Arg::text(__1),
                    __e::Arg::text_ref(__2),
                    __e::Arg::text_ref(__3),
                    __e::Arg::violations(__4),
                ],
            )
        }
    }
    #[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]
    #[automatically_derived]
    impl<'a, T: Clone> __e::Display for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        T: __e::Display,
    {
        fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
            match self {
                Self { form: __0, owner: __1, count: __2, .. } => {
                    ::core::write!(__f, "{} of {} has {} violations", __0, __1, __2)
                }
            }
        }
    }
    #[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]
    #[automatically_derived]
    impl<'a, T: Clone> __e::Error for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        Self: __e::Debug + __e::Display,
    {}
    #[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]
    #[automatically_derived]
    impl<'a, T: Clone> __e::Coded for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        for<'__unused> FormError<'a, T>: __e::Rows + __e::Error,
    {}
    #[automatically_derived]
    impl<'a, T: Clone> __e::Catalogued for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
    {
        const TABLE: &'static __e::Table = &__TABLE;
    }
    impl<'a, T: Clone> FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
    {
        ///Makes a [`FormError`].
        #[must_use]
        pub fn new(
            form: &'a str,
            owner: T,
            count: usize,
            violations: Vec<FieldViolation>,
            place: impl ::core::convert::Into<String>,
        ) -> Self {
            Self {
                form: form,
                owner: owner,
                count: count,
                violations: violations,
                place: ::core::convert::Into::into(place),
            }
        }
    }
};
#[automatically_derived]
impl<'a, T: Clone> ::service::axum::__private::IntoResponse for FormError<'a, T>
where
    T: std::fmt::Display + Send + Sync,
    Self: ::errcode_core::Coded + ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn into_response(self) -> ::service::axum::__private::Response {
        ::service::axum::__private::respond(self)
    }
}
