//! x
/// x
pub struct Declared;
/// x
pub struct Found;
/// x
pub struct Listed;
/// x
pub struct Malformed;
/// x
pub fn read() {}
