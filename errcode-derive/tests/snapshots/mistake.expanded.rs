::core::compile_error! {
    "unknown key `statsu`; did you mean `status`?\na variant takes the keys `code`, `alias`, `status\
`, `category`, `level`, `retryable`, `user_msg`, `public`, `log`, `title`, `explanation`, `help`, `s\
ince`, `deprecated`, `replaced_by`, `owner`, `runbook`, `tags`, `internal`, `public_as`, `headers`, \
`breaker`, `alert`, `grpc`, `transparent` and `fmt`"
}
const _: () = {
    use ::errcode_core::__private as __e;
    static __TABLE: __e::Table = __e::Table::EMPTY;
    #[automatically_derived]
    impl __e::Display for MemberError {
        fn fmt(&self, _: &mut __e::Formatter<'_>) -> __e::FmtResult {
            ::core::unreachable!()
        }
    }
    #[automatically_derived]
    impl __e::Error for MemberError
    where
        for<'__workaround> MemberError: __e::Debug,
    {}
    #[automatically_derived]
    impl __e::From<StoreError> for MemberError {
        fn from(_: StoreError) -> Self {
            ::core::unreachable!()
        }
    }
    #[automatically_derived]
    impl __e::Fields for MemberError
    where
        for<'__workaround> MemberError: __e::Display,
    {
        type Row = __e::OfValue;
    }
    #[automatically_derived]
    impl __e::Coded for MemberError
    where
        for<'__workaround> MemberError: __e::Rows + __e::Error,
    {}
    #[automatically_derived]
    impl __e::Catalogued for MemberError {
        const TABLE: &'static __e::Table = &__TABLE;
    }
};
