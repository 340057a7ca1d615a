//! Who may do what: pure rules, compiled for server and browser. Nothing here reads a database, a clock or a request.

mod actor;
mod decide;
mod device;
mod give;
mod key;
mod level;
mod role;
mod screens;

#[cfg(test)]
mod tests;

pub use actor::{Actor, ActorKind, Gate, Grant, Place, Source, Team};
pub use decide::{Decision, Need, Target, Why, decide};
pub use device::DeviceRight;
pub use give::{Gift, Shortfall, may_give, within};
pub use key::{ACCESS, most_of_key};
pub use level::{Level, Levels, NO_SUCH_SCREEN};
pub use role::Role;
pub use screens::{Rows, SCREENS, Screen, ScreenRow};

/// Whether the materialised path `inner` is `outer` or lies inside it. Both end in `/`.
pub fn inside(inner: &str, outer: &str) -> bool {
    inner.starts_with(outer)
}

/// The company that a materialised path leads to, by its id: `a/b/` gives `b`; none where the path is empty.
pub fn company_of(path: &str) -> Option<&str> {
    path.trim_end_matches('/').rsplit('/').next().filter(|id| !id.is_empty())
}

/// The first path after everything inside `path`: `a/b/` gives `a/b0` (`0` follows `/` in ASCII).
pub fn path_end(path: &str) -> String {
    let mut end = path.trim_end_matches('/').to_owned();
    end.push('0');
    end
}
