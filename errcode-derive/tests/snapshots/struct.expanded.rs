const _: () = {
    use ::errcode_core::__private as __e;
    const __TEXT: &::core::primitive::str = "F1001 is not valid of  has  violations is not validform\
&'a strThe form has invalid fields.";
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: __e::TypeRecord<
        225,
        { ::core::concat!(::core::module_path!(), "\0").len() },
    > = __e::TypeRecord {
        fixed: *b"ERRCODE\x03\x01\x1E\0\0\0Z\0\0\0\x10\0\0\0@\0\0\0FormError\0errcode-derive\0\x000\0\
\0\0F1001 is not valid of  has  violations is not validform&'a strThe form has invalid fields.\0\0\0\
\0\0\0\0\0\xA6\x01\0\0\x05\0\x08\0\x04\r\0\x04\0\0\0\0\x02\x02\x14\0\n\0\0\0\0\x02\x04\0\x03\x05\0\x01\
\x03\r\0\x05\0\0\0\0\0\x02\x05\x0B\0\x06\0\x02\0\x04\0\x07\0\x06\0\0\x02\0\x01\0\x17\0\0\x01\0\x04\x01\
\x1C\0\0\0\0",
        module: __e::bytes(::core::concat!(::core::module_path!(), "\0")),
    };
    static __TABLE: __e::Table = __e::table(
        ["FormError", ::core::module_path!(), "errcode-derive", ""],
        0,
        __TEXT,
        &__SECTION.fixed,
        &[15663342854629141992],
        __e::Rest::NONE,
    );
    #[automatically_derived]
    impl<'a, T: Clone> __e::Rows for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        T: __e::Display,
        Self: __e::Display,
    {
        fn row(&self) -> __e::ErrorSpec {
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
    #[automatically_derived]
    impl<'a, T: Clone> __e::Display for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        T: __e::Display,
    {
        fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
            #[allow(unused_variables, deprecated, clippy::used_underscore_binding)]
            match self {
                Self { form: form, owner: owner, count: count, .. } => {
                    ::core::write!(__f, "{} of {} has {} violations", form, owner, count)
                }
            }
        }
    }
    #[automatically_derived]
    impl<'a, T: Clone> __e::Error for FormError<'a, T>
    where
        T: std::fmt::Display + Send + Sync,
        Self: __e::Debug + __e::Display,
    {}
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
    #[allow(deprecated)]
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
