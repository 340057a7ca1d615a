//! What the page of the first steps asks for.

use crate::access::{Level, Screen};
use crate::server::rest::Requirement;

pub const FUNCTIONS: &[(&str, Requirement)] =
    &[("/fn/first_start.steps", Requirement::Screen(Screen::Settings, Level::Full))];
