//! Why a control for users is disabled; none when it is not. The server decides for itself.

use super::model::UserView;
use crate::access::Screen;
use crate::console::me::Me;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// What can be done to a user from the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    Access,
    Reset,
    Close,
    Disable,
    Enable,
    Delete,
}

impl Act {
    pub const ALL: [Act; 6] = [Act::Access, Act::Reset, Act::Close, Act::Disable, Act::Enable, Act::Delete];

    /// As the URL says it.
    pub fn code(self) -> &'static str {
        match self {
            Act::Access => "access",
            Act::Reset => "reset",
            Act::Close => "close",
            Act::Disable => "disable",
            Act::Enable => "enable",
            Act::Delete => "delete",
        }
    }

    /// What an address asks for, and of whom.
    pub fn asked(map: &ParamsMap) -> Option<(Act, String)> {
        let (code, id) = (map.get("dialog")?, map.get("user")?);
        Act::ALL.into_iter().find(|act| act.code() == code).map(|act| (act, id))
    }
}

pub fn why_not_add(me: &Me) -> Option<String> {
    let no_role = || format!("{}s can't assign roles.", me.role.label());
    me.why_not_write(Screen::Users).or_else(|| me.role.may_give().is_empty().then(no_role))
}

pub fn why_not_edit(me: &Me, view: &UserView) -> Option<String> {
    let role = view.user.role;
    let own = || "This is your own account. Edit your name and email under Personal.".to_owned();
    let above = || format!("{} is above your role.", role.label());
    me.why_not_write(Screen::Users).or_else(|| view.own.then(own)).or_else(|| (role > me.role).then(above))
}

pub fn why_not(me: &Me, view: &UserView, act: Act) -> Option<String> {
    let foreign = || "Another organization created this account.".to_owned();
    match act {
        Act::Access => None,
        Act::Reset => why_not_edit(me, view).or_else(|| (!view.home).then(foreign)),
        _ => why_not_edit(me, view),
    }
}
