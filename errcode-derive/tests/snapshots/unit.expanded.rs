#[automatically_derived]
impl ::errcode_core::__private::Fields for NoToken {
    type Row = ::errcode_core::__private::OfType<Self>;
}
impl ::errcode_core::Catalogued for NoToken {
    const ROW: ::errcode_core::__private::OneRow = {
        #[cfg_attr(
            not(any(target_vendor = "apple", target_family = "wasm")),
            used,
            unsafe(link_section = ".errcode")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            used,
            unsafe(link_section = "__DATA,__errcode")
        )]
        static __SECTION: [::core::primitive::u8; 140] = *b"ERRCODE\x04\x01%\x00\x00\x00-\x00\x00\x00\
\x10\x00\x00\x00\x11\x00\x00\x00edc43627\x00NoToken\x00errcode-derive\x00\x000\x00\x00\x00E1003no to\
kenThe request has no token.sign in\x00\x00\x00\x00\x00\x00\x00\x00\x91\x01\x00\x00\x05\x00\x08\x00\x02\
\x08\x00\x01\x00\x00\x01\x19\x00\x00\x00\n\x07\x00\x00\x00\x00";
        (
            "NoToken",
            ::core::module_path!(),
            "E1003no tokenThe request has no token.sign in",
            &__SECTION,
            4160444002509761391,
        )
    };
}
#[automatically_derived]
impl ::core::fmt::Display for NoToken {
    fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        __f.write_str("no token")
    }
}
impl ::errcode_core::Coded for NoToken
where
    for<'__unused> NoToken: ::core::fmt::Debug,
{}
impl ::core::error::Error for NoToken {}
