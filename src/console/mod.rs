//! What every page of the console is made of, beyond widgets: who is signed in, what changed, cells and tabs that features
//! share.

pub mod cells;
pub mod live;
pub mod me;
pub mod tabs;
