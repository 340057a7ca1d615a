//! What the pages of the console are made of, beyond widgets: who is signed in, what changed, and the lists, forms, drafts,
//! questions and fields for permissions that features share.

pub mod cells;
pub mod draft;
pub mod form;
pub mod list;
pub mod live;
pub mod me;
pub mod over;
mod paging;
pub mod places;
pub mod question;
pub mod rights;
mod rows;
pub mod sending;
pub mod tabs;
