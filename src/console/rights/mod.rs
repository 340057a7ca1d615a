//! Permissions to choose in a form and to read on a page: levels, profiles, places, devices and the role.

pub mod as_well;
pub mod devices;
pub mod fields;
pub mod levels;
pub mod places;
pub mod profiles;
pub mod role;
pub mod said;
pub mod shown;
