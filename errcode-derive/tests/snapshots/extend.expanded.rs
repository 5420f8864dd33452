const _: () = {
    use ::service::errors::__private as __e;
    #[cfg_attr(
        not(any(target_vendor = "apple", target_family = "wasm")),
        used,
        unsafe(link_section = ".errcode")
    )]
    #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    static __SECTION: __e::TypeRecord<
        315,
        { ::core::concat!(::core::module_path!(), "\0").len() },
    > = __e::TypeRecord {
        fixed: *b"ERRCODE\x03\x01%\0\0\0\xA0\0\0\0 \0\0\0=\0\0\0OrderError\0errcode-derive\0\x000\0o\
rder_\0\0order_not_foundNotFoundorder  not foundNo order has this id.order_shippedShippedthe order w\
as shipped on shipped on dateStringshippedorders are splitorder_split\0\0\0\0\0\0\0\0\x94\x01\0\0\x0F\
\x08\x08\0<\0\0\0\x0F\0\0\0\x99\x01\0\0\r\x07\x08\0\x02\x10\0\x04\0\0\x06\0\0\x01\x15\0\0\0\0\x02\x19\
\0\x04\0\0\x19\0\0\x03\x0B\0\x05\0\0\0\x0B\0\0\x05\n\0\x06\0\0\0\x04\0\x06\0\x01\x07\0\0\0\x0C\x10\0\
\0\0\r\x0B\0\0\0\0",
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
    impl __e::Rows for OrderError {
        fn row(&self) -> __e::ErrorSpec {
            __e::ErrorSpec::new(<Self as __e::Catalogued>::TABLE, self.__errcode_row())
        }
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            __then(&self.__errcode_args())
        }
        fn inner(&self) -> __e::Option<&dyn __e::Rows> {
            match self {
                Self::Bill { 0: __0 } => __e::Some(__0),
                _ => __e::None,
            }
        }
        fn caused_by(&self) -> __e::Option<&(dyn __e::Error + 'static)> {
            __e::Error::source(self)
        }
        fn locate(&mut self, __location: &'static __e::Location<'static>) {
            match self {
                Self::Bill { 0: __0 } => __e::Rows::locate(__0, __location),
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __e::Coded for OrderError
    where
        for<'__unused> OrderError: __e::Rows + __e::Error,
    {}
    #[automatically_derived]
    impl __e::Catalogued for OrderError {
        const TABLE: &'static __e::Table = &__e::table(
            ["OrderError", ::core::module_path!(), "errcode-derive", ""],
            0,
            "order_not_foundNotFoundorder  not foundNo order has this id.order_shippedShippedthe ord\
er was shipped on shipped on dateStringshippedorders are splitorder_split",
            &__SECTION.fixed,
            &[17771982012651909726, 11946723131495893395],
            __e::Rest {
                children: &[
                    || __Child::<BillError>(::core::marker::PhantomData).table(),
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
            },
        );
    }
};
