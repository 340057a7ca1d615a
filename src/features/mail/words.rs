//! What the mails say. Links are made from the configured public URL alone, never from a request.

use super::store::Addressed;
use crate::server::AppState;
use crate::server::mail::Letter;
use crate::types::{Millis, utc};

/// A password of somebody's own waits to be chosen; until then this one lets them in.
pub fn temporary_password(state: &AppState, mail: &Addressed, id: String, password: &str, until: Millis) -> Letter {
    let (organization, url) = (&mail.organization_name, &state.config.public_url);
    let name = if mail.name.is_empty() { &mail.username } else { &mail.name };
    let lines = [
        format!("Hello {name},"),
        String::new(),
        format!("You can sign in to {organization} with a temporary password:"),
        String::new(),
        format!("    Address:   {url}/sign-in"),
        format!("    Username:  {}", mail.username),
        format!("    Password:  {password}"),
        String::new(),
        format!("It expires on {} UTC. You'll replace it when you first sign in.", utc(until)),
        "If you received an earlier mail like this one, its password no longer works.".to_owned(),
        "If you didn't expect this, ask the administrators of your organization.".to_owned(),
        String::new(),
    ];
    Letter {
        id,
        to: mail.email.clone(),
        subject: format!("Your temporary password for {organization}"),
        body: lines.join("\n"),
        secret: Some(password.to_owned()),
    }
}
