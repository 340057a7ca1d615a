//! What the pages of the console are made of, beyond widgets: who is signed in, what changed, and the lists, forms, drafts,
//! questions and fields for permissions that features share.

pub mod cells;
pub mod done;
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
#[cfg(feature = "ssr")]
pub mod sending;
#[cfg(not(feature = "ssr"))]
#[path = "sending_absent.rs"]
pub mod sending;
pub mod tabs;
