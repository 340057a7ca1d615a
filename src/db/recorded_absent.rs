//! Outside tests nothing keeps what runs.

use super::bind::Bind;

pub fn record_built(_: &str, _: &[Bind]) {}

macro_rules! note {
    ($($any:tt)*) => {};
}
pub(crate) use note;
