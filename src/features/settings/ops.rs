use super::model::{IDLE_CHOICES, Inactivity, MailServer, MailTaken, NAME_MAX, Settings, SettingsChange, SettingsView};
use crate::access::{Actor, Need, Role, Screen, Target};
use crate::db::{Conn, DbError, scalar};
use crate::error::{AppError, FieldError, Kind};
use crate::features::accounts;
use crate::features::mail::ops::no_mail_server;
use crate::features::organizations::store::{self, SettingsRow};
use crate::rights::administrators;
use crate::server::caller::check;
use crate::server::clock::new_id;
use crate::server::mail::Letter;
use crate::server::{Call, Entry, text};
use crate::types::{Millis, Topic};
use serde_json::json;
use std::time::Duration;

const MINUTE: i64 = 60_000;

/// Less than the longest that a request may take.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

pub async fn get(call: &Call) -> Result<SettingsView, AppError> {
    of(call, Screen::Settings).await
}

/// The settings as they are changed on this screen.
async fn of(call: &Call, screen: Screen) -> Result<SettingsView, AppError> {
    let mut held = call.read().await?;
    let row = store::settings(&mut held.conn(), call.organization_id()).await?.ok_or_else(AppError::not_found)?;
    Ok(settings(call, screen, row))
}

fn settings(call: &Call, screen: Screen, row: SettingsRow) -> SettingsView {
    let mail = call.state().config.mail.as_ref().map(|mailer| MailServer {
        server: mailer.server.clone(),
        from: mailer.sender(),
        privacy: mailer.privacy.words().to_owned(),
    });
    SettingsView {
        settings: Settings { name: row.name, inactivity_minutes: row.idle_limit / MINUTE, version: row.version, mail },
        why_not: check(call.actor(), &everybody(call.actor(), screen)).is_err().then(|| NOT_YOURS.to_owned()),
    }
}

const NOT_YOURS: &str = "This applies to everyone, so only a Common Manager of the root company can change it.";

/// What is everybody's takes whoever could administer anybody: full on the screen, whose company is the root and whose
/// rank is the highest.
fn everybody(actor: &Actor, screen: Screen) -> Need {
    let root = actor.company_path.split_inclusive('/').next().unwrap_or_default();
    Need::full(screen).on(Target::Member { company: root.to_owned(), rank: Role::CommonManager, own: false })
}

async fn require_everybody(call: &Call, screen: Screen) -> Result<(), AppError> {
    call.require(&everybody(call.actor(), screen)).await.map_err(|error| match error.kind {
        Kind::NotFound | Kind::Forbidden => AppError::forbidden("not_granted", NOT_YOURS),
        _ => error,
    })
}

/// Changes what `change` names, on the version that the caller saw (none: any).
pub async fn edit(
    call: &Call,
    screen: Screen,
    known: Option<i64>,
    change: SettingsChange,
) -> Result<SettingsView, AppError> {
    let (name, minutes) = checked(change)?;
    require_everybody(call, screen).await?;
    let mut write = call.write().await?;
    let id = call.organization_id();
    // One editor after the other.
    administrators::lock(&mut write.conn(), id).await?;
    let row = store::settings(&mut write.conn(), id).await?.ok_or_else(AppError::not_found)?;
    let before = settings(call, screen, row.clone());
    if known.is_some_and(|known| known != row.version) {
        return Err(stale(&before.settings));
    }
    let after = SettingsRow {
        name: name.unwrap_or_else(|| row.name.clone()),
        idle_limit: minutes.map_or(row.idle_limit, |minutes| minutes * MINUTE),
        version: row.version + 1,
    };
    if (after.name.as_str(), after.idle_limit) == (row.name.as_str(), row.idle_limit) {
        return Ok(before);
    }
    store::edit(&mut write.conn(), id, &after.name, after.idle_limit).await?;
    let after = settings(call, screen, after);
    write.commit(vec![entry(id, &before.settings, &after.settings)]).await?;
    Ok(after)
}

/// The limit of inactivity alone stands on the screen of sessions, too.
pub async fn limit_at_sessions(call: &Call) -> Result<Inactivity, AppError> {
    Ok(of(call, Screen::Sessions).await?.inactivity())
}

pub async fn set_limit_at_sessions(call: &Call, minutes: i64, known: Option<i64>) -> Result<(), AppError> {
    let change = SettingsChange { inactivity_minutes: Some(minutes), ..SettingsChange::default() };
    edit(call, Screen::Sessions, known, change).await.map(|_| ())
}

/// How many people a limit of so many minutes would sign out at once.
pub async fn would_sign_out(call: &Call, screen: Screen, minutes: i64) -> Result<i64, AppError> {
    checked(SettingsChange { inactivity_minutes: Some(minutes), ..SettingsChange::default() })?;
    require_everybody(call, screen).await?;
    if minutes == 0 {
        return Ok(0);
    }
    let mut held = call.read().await?;
    Ok(count_idle(&mut held.conn(), call.organization_id(), minutes * MINUTE, call.now()).await?)
}

fn checked(change: SettingsChange) -> Result<(Option<String>, Option<i64>), AppError> {
    let mut errors = Vec::new();
    let longest = usize::try_from(NAME_MAX).unwrap_or(usize::MAX);
    let name = change.name.map(|name| text::line("name", &name, true, longest)).transpose();
    let name = name.map_err(|error| errors.push(error)).unwrap_or_default();
    let minutes = change.inactivity_minutes;
    if minutes.is_some_and(|minutes| !IDLE_CHOICES.iter().any(|(choice, _)| *choice == minutes)) {
        errors.push(FieldError::new("inactivity_minutes", "not_allowed", "Choose one of the offered values."));
    }
    if errors.is_empty() { Ok((name, minutes)) } else { Err(AppError::invalid(errors)) }
}

fn entry(id: &str, before: &Settings, after: &Settings) -> Entry {
    let topics = [Topic::Settings, Topic::Sessions, Topic::Access];
    if before.name == after.name {
        return Entry::new("settings.idle_limit", "organization", id, "Inactivity logout")
            .before(json!({ "minutes": before.inactivity_minutes }))
            .after(json!({ "minutes": after.inactivity_minutes }))
            .tells(&topics);
    }
    let audited = |it: &Settings| json!({ "name": it.name, "minutes": it.inactivity_minutes });
    Entry::new("settings.edit", "organization", id, &after.name)
        .before(audited(before))
        .after(audited(after))
        .tells(&topics)
}

/// The second of two editors learns that there was a first, and what stands there now.
fn stale(now: &Settings) -> AppError {
    let message = format!("Someone else changed the settings in the meantime. {}", now.in_words().join(" "));
    AppError::new(Kind::Stale, "stale", message)
}

/// Sends a mail that says nothing but that it came, and gives the server's own answer. The mail server is the
/// installation's, so this is nobody's but who administers everybody.
pub async fn test_mail(call: &Call, to: &str) -> Result<MailTaken, AppError> {
    let to = accounts::check::email(to)
        .map_err(|error| AppError::invalid(vec![FieldError { field: "to".to_owned(), ..error }]))?;
    require_everybody(call, Screen::Settings).await?;
    let state = call.state();
    let mailer = state.config.mail.as_ref().ok_or_else(no_mail_server)?;
    let actor = call.actor();
    let by = format!("{}{}", actor.account_id, actor.subject_id);
    state.test_mails.allow(&by, call.now()).map_err(AppError::too_many)?;
    let taken = mailer.send(test_letter(call, &to), TEST_PATIENCE).await;
    let said = taken.as_ref().map_or_else(|error| error.said.clone(), String::clone);
    let entry = Entry::new("settings.test_mail", "organization", call.organization_id(), "Test mail")
        .after(json!({ "to": to, "taken": taken.is_ok(), "said": said }));
    call.write().await?.commit(vec![entry]).await?;
    match taken {
        Ok(answer) => Ok(MailTaken { to, answer }),
        Err(error) => {
            Err(AppError::conflict("mail_not_taken", format!("The mail server didn't accept the mail: {}", error.said)))
        }
    }
}

fn test_letter(call: &Call, to: &str) -> Letter {
    let url = &call.state().config.public_url;
    Letter {
        id: new_id(call.now()),
        to: to.to_owned(),
        subject: "Test mail from Doorward".to_owned(),
        body: format!("This is a test mail from Doorward at {url}. Mail works.\n"),
        secret: None,
    }
}

/// People whose session a limit of inactivity would end now: those active under the present one in which nothing happened for so long.
async fn count_idle(conn: &mut Conn<'_>, organization_id: &str, limit: Millis, now: Millis) -> Result<i64, DbError> {
    const IDLE: &str = "select count(*) from sessions s join organizations o on o.id = s.organization_id
        where s.organization_id = $1 and s.ended_at is null and s.account_id is not null and s.expires_at > $2
            and (o.idle_limit = 0 or s.last_activity_at + o.idle_limit >= $2) and s.last_activity_at < $2 - $3";
    scalar!(conn, i64, IDLE, organization_id, now, limit)
}
