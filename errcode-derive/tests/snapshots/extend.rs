/// What goes wrong with orders; thiserror writes `Display` and `Error`.
#[derive(Debug, thiserror::Error, AppError)]
#[app(extend, crate = ::service::errors, codes = "snake_case", prefix = "order_", docs)]
pub enum OrderError {
    /// No order has this id.
    #[error("order {0} not found")]
    #[app(status = 404)]
    NotFound(u64),

    #[error("the order was shipped on {date}")]
    #[app(status = 409, user_msg = "shipped on {date}", deprecated = "orders are split", replaced_by = "order_split")]
    Shipped { date: String },

    #[error(transparent)]
    #[app(transparent)]
    Bill(#[from] BillError),
}
