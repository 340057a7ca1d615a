//! What the dialogs of a user share: what they show, what they need of the list, and what follows of each act.

use super::api;
use super::may::Act;
use super::model::{AccessLine, UserView, WhatFollows};
use crate::console::list::Rows;
use crate::console::over::Over;
use crate::error::AppError;
use crate::ui::Toasts;
use leptos::prelude::Callable;
use serde::{Deserialize, Serialize};

/// A dialog with all that it shows.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Open {
    pub act: Act,
    pub view: UserView,
    pub follows: WhatFollows,
    pub lines: Vec<AccessLine>,
}

/// What the dialogs need of the list that they stand over.
#[derive(Clone, Copy)]
pub struct Acts {
    pub over: Over,
    pub users: Rows<UserView>,
    pub toasts: Toasts,
}

impl Acts {
    pub(super) fn done(self, text: String) {
        self.over.close.run(());
        self.toasts.say(text);
        self.users.refetch();
    }
}

pub(super) async fn open(act: Act, id: String) -> Result<Open, AppError> {
    let view = api::get(id.clone()).await?;
    let (follows, lines) = match act {
        Act::Access => (WhatFollows::default(), api::access(id).await?),
        Act::Enable => (WhatFollows::default(), Vec::new()),
        _ => (api::what_follows(id).await?, Vec::new()),
    };
    Ok(Open { act, view, follows, lines })
}

/// Why there is nothing to close.
pub(super) fn not_signed_in(name: &str) -> String {
    format!("{name} isn't signed in.")
}

/// What an act ends, for the question before it.
pub(super) fn consequences(act: Act, follows: &WhatFollows) -> Vec<String> {
    let many = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let sessions = (follows.sessions > 0).then(|| format!("Closes {}.", many(follows.sessions, "active session")));
    let grants = (follows.grants > 0).then(|| format!("Removes {}.", many(follows.grants, "grant")));
    let count = i64::try_from(follows.keys.len()).unwrap_or(i64::MAX);
    let keys = |verb: &str| (count > 0).then(|| format!("{verb} {}.", many(count, "API key")));
    match act {
        Act::Delete => [sessions, keys("Revokes"), grants].into_iter().flatten().collect(),
        Act::Disable => [sessions, keys("Stops")].into_iter().flatten().collect(),
        Act::Reset => sessions.into_iter().collect(),
        _ => Vec::new(),
    }
}
