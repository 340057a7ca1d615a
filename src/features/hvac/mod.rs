//! The HVAC screen: what of it is within one's reach, read only for now.

pub mod page;
