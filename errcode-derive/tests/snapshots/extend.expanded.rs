const _: () = {
    use ::service::errors::__private as __e;
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: [::core::primitive::u8; 324] = *b"ERRCODE\x04\x01.\x00\x00\x00\xa0\x00\x00\x00 \
\x00\x00\x00=\x00\x00\x007d0a6414\x00OrderError\x00errcode-derive\x00\x000\x00order_\x00\x00order_no\
t_foundNotFoundorder  not foundNo order has this id.order_shippedShippedthe order was shipped on shi\
pped on dateStringshippedorders are splitorder_split\x00\x00\x00\x00\x00\x00\x00\x00\x94\x01\x00\x00\
\x0f\x08\x08\x00<\x00\x00\x00\x0f\x00\x00\x00\x99\x01\x00\x00\r\x07\x08\x00\x02\x10\x00\x04\x00\x00\x06\
\x00\x00\x01\x15\x00\x00\x00\x00\x02\x19\x00\x04\x00\x00\x19\x00\x00\x03\x0b\x00\x05\x00\x00\x00\x0b\
\x00\x00\x05\n\x00\x06\x00\x00\x00\x04\x00\x06\x00\x01\x07\x00\x00\x00\x0c\x10\x00\x00\x00\r\x0b\x00\
\x00\x00\x00";
    impl OrderError {
        fn __errcode_row(&self) -> ::core::primitive::u32 {
            match self {
                Self::NotFound { .. } => 0,
                Self::Shipped { .. } => 1,
                _ => 0,
            }
        }
        fn __errcode_args(&self) -> [__e::Arg<'_>; 1] {
            match self {
                Self::NotFound { 0: __0 } => [__e::Arg::text(__0)],
                Self::Shipped { date: __0 } => [__e::Arg::text(__0)],
                _ => [__e::Arg::NONE; 1],
            }
        }
    }
    #[automatically_derived]
    impl __e::Fields for OrderError {
        type Row = __e::OfValue;
        fn row_of_value(&self) -> __e::ErrorSpec {
            __e::ErrorSpec::new(<Self as __e::Catalogued>::TABLE, self.__errcode_row())
        }
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            __then(&self.__errcode_args())
        }
        fn inner(&self) -> __e::Option<&dyn __e::Rows> {
            match self {
                Self::Bill { 0: __0 } => __e::Some(__e::Inner::inner(__0)),
                _ => __e::None,
            }
        }
        fn caused_by(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            __e::Error::source(self)
        }
        fn locate(&mut self, __location: &'static __e::Location<'static>) {
            use __e::{LocateInner as _, LocateNothing as _};
            match self {
                Self::Bill { 0: __0 } => __0.locate_inner(__location),
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __e::Coded for OrderError
    where
        for<'__unused> OrderError: __e::Debug,
    {}
    #[automatically_derived]
    impl __e::Catalogued for OrderError {
        const VALUE: __e::Table = __e::table(
                "OrderError",
                ::core::module_path!(),
                "order_not_foundNotFoundorder  not foundNo order has this id.order_shippedShippedthe \
order was shipped on shipped on dateStringshippedorders are splitorder_split",
                &__SECTION,
                &[17771982012651909726, 11946723131495893395],
            )
            .with(__e::Rest {
                children: &[
                    || {
                        use __e::{ChildTable as _, NoChildTable as _};
                        (&__e::Child::<BillError>::NEW).table()
                    },
                ],
                prefix: "order_",
                references: &[
                    __e::Reference {
                        key: 2536036477525478315,
                        code: "order_split",
                        row: 1,
                        attribute: "replaced_by",
                    },
                ],
                ..__e::Rest::NONE
            });
    }
};
