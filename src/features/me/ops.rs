use super::model::PasswordChange;
use super::store;
use crate::access::{Gate, Why};
use crate::console::me::Me;
use crate::error::{AppError, FieldError, Kind};
use crate::features::accounts::check;
use crate::features::accounts::store::{self as accounts, Password};
use crate::features::users;
use crate::rights::begin_own;
use crate::server::caller::refusal;
use crate::server::password::{Verdict, policy};
use crate::server::throttle::Detector;
use crate::server::token::Secret;
use crate::server::{Call, Entry, Reason, Write, api_keys, cookies, text};
use crate::types::Named;
use crate::types::{Millis, Topic};
use http::HeaderValue;
use serde_json::json;

pub async fn view(call: &Call) -> Result<Me, AppError> {
    let session = &call.session;
    let mut held = call.read().await?;
    let account = store::find(&mut held.conn(), &session.account_id).await.map_err(|e| call.database(e))?;
    let account = account.ok_or_else(AppError::sign_in)?;
    Ok(Me {
        session_id: session.id.clone(),
        account_id: session.account_id.clone(),
        user_id: session.actor.subject_id.clone(),
        username: account.username,
        name: account.name,
        email: account.email,
        phone: account.phone,
        organization: session.organization.as_ref().map(|o| Named { id: o.id.clone(), name: o.name.clone() }),
        role: session.actor.role,
        levels: session.actor.levels(),
        gate: session.actor.gate,
        idle_limit: session.organization.as_ref().map_or(0, |organization| organization.idle_limit),
        last_activity_at: session.last_activity_at,
        expires_at: session.expires_at,
        now: call.now(),
        version: account.version,
    })
}

/// Needs the current password (OWASP ASVS 5.0 §6.2.3); a wrong one counts as a failed sign-in. Gives the cookie that the
/// session has from now on.
pub async fn change_password(call: &Call, change: PasswordChange) -> Result<HeaderValue, AppError> {
    let state = call.state();
    let session = &call.session;
    let mut held = call.read().await?;
    let account = store::find(&mut held.conn(), &session.account_id).await.map_err(|e| call.database(e))?;
    let credentials = accounts::get_credentials(&mut held.conn(), &session.account_id).await;
    let credentials = credentials.map_err(|e| call.database(e))?;
    let (Some(account), Some(credentials)) = (account, credentials) else {
        return Err(AppError::sign_in());
    };
    let context = users::passwords::context(call, &mut held.conn(), &account.username).await;
    let context = context.map_err(|e| call.database(e))?;
    drop(held);
    let identity = check(&change, &account, &context)?;
    verify_current(call, change.current, credentials.password_hash.as_deref()).await?;
    let hash = state.hasher.hash(change.new).await?;
    let token = Secret::random();
    let mut write = call.write().await?;
    let run = async {
        let mut conn = write.conn();
        let verified = credentials.password_hash.as_deref();
        if !accounts::hold_password(&mut conn, &session.account_id, verified).await? {
            return Ok(false);
        }
        let password = Password { hash: hash.expose(), temporary: false, expires_at: None, set_by: None };
        accounts::set_password(&mut conn, &session.account_id, &password).await?;
        store::replace_token(&mut conn, &session.id, &token.hash()).await
    };
    if !run.await.map_err(|e| call.database(e))? {
        return Err(AppError::sign_in());
    }
    let company = call.actor().company_id();
    let mut entry = Entry::of(company, "password.change", "account", &session.account_id, &session.username);
    let revoked = match change.revoke_api_keys {
        true => api_keys::revoke_all(&mut write, &session.account_id).await.map_err(|e| call.database(e))?,
        false => Vec::new(),
    };
    let revoked = api_keys::names_in(call.organization_id(), &revoked);
    if let Some((name, email)) = &identity {
        entry = rename(call, &mut write, entry, (name, email), change.version).await?;
    }
    if !revoked.is_empty() {
        entry.after.get_or_insert_default()["revoked_api_keys"] = json!(revoked);
    }
    write.commit(vec![entry.tells(&[Topic::Access, Topic::Users])]).await.map_err(|e| call.database(e))?;
    Ok(cookies::session(&state.config, token.expose()))
}

/// The name and email that came with the first password of one's own, unless somebody changed them since they were shown.
async fn rename(
    call: &Call,
    write: &mut Write,
    entry: Entry,
    (name, email): (&str, &str),
    version: Option<i64>,
) -> Result<Entry, AppError> {
    let id = &call.session.account_id;
    let before = store::find(&mut write.conn(), id).await.map_err(|e| call.database(e))?;
    let before = before.ok_or_else(AppError::sign_in)?;
    if (name, email) == (before.name.as_str(), before.email.as_str()) {
        return Ok(entry);
    }
    unchanged(&before, version)?;
    let done = users::ops::rename_account(&mut write.conn(), id, name, email, &before.phone).await;
    done.map_err(|e| call.database(e))?;
    Ok(entry
        .before(json!({ "name": before.name, "email": before.email }))
        .after(json!({ "name": name, "email": email })))
}

fn unchanged(account: &store::AccountRow, shown: Option<i64>) -> Result<(), AppError> {
    if shown.is_none_or(|shown| shown == account.version) {
        return Ok(());
    }
    let message = "Your details were changed elsewhere in the meantime. Reload to see them.";
    Err(AppError::new(Kind::Stale, "stale", message))
}

/// Guesses at the current password have a budget of their own: the session's.
async fn verify_current(call: &Call, current: String, stored: Option<&str>) -> Result<(), AppError> {
    let (state, address) = (call.state(), call.caller().address);
    let username = &call.session.username;
    // The name that the sign-in counts by.
    let name = &text::username_key(username).unwrap_or_else(|| text::fold(username));
    let session = Some(call.session.id.as_str());
    state.throttle.check(name, address, session, call.now()).map_err(AppError::too_many)?;
    let compared = state.hasher.verify(current, stored).await;
    match compared.inspect_err(|_| state.throttle.released(name, address, session))? {
        Verdict::Right { .. } => {
            state.throttle.succeeded(name, address, session);
            Ok(())
        }
        Verdict::Wrong => {
            let many = state.throttle.failed(call.now()) == Detector::Tripped;
            let company = call.actor().company_id();
            let entry = Entry::of(company, "password.refused", "account", &call.session.account_id, username);
            call.write().await?.commit(vec![entry.after(json!({ "many_failures": many }))]).await?;
            Err(AppError::invalid(vec![FieldError::new("current", "wrong", "This isn't your current password.")]))
        }
    }
}

/// Everything that can be said before the password is hashed; gives the name and email to store, while the password is
/// temporary. Later they are changed as details, where a password is not asked for.
fn check(
    change: &PasswordChange,
    account: &store::AccountRow,
    context: &[String],
) -> Result<Option<(String, String)>, AppError> {
    let mut errors = Vec::new();
    if let Err(message) = policy::check(&change.new, context) {
        errors.push(FieldError::new("new", "policy", message));
    } else if change.new == change.current {
        errors.push(FieldError::new("new", "policy", "Choose a password that differs from your current one."));
    }
    if change.new != change.again {
        errors.push(FieldError::new("again", "different", "The passwords don't match."));
    }
    if !account.password_temporary {
        let given = [("name", &change.name), ("email", &change.email)];
        let given = given.into_iter().filter(|(_, typed)| !typed.trim().is_empty());
        errors.extend(given.map(|(field, _)| FieldError::new(field, "not_allowed", "Change this under Details.")));
        return if errors.is_empty() { Ok(None) } else { Err(AppError::invalid(errors)) };
    }
    let pick = |typed: &str, stored: &str| if typed.trim().is_empty() { stored.to_owned() } else { typed.to_owned() };
    let name = check::name(&pick(&change.name, &account.name));
    let email = check::email(&pick(&change.email, &account.email));
    match (name, email) {
        (Ok(name), Ok(email)) if errors.is_empty() => Ok(Some((name, email))),
        (name, email) => {
            errors.extend(name.err());
            errors.extend(email.err());
            Err(AppError::invalid(errors))
        }
    }
}

/// One's own name, email and phone. The email is unconfirmed until mail can confirm it.
pub async fn edit(call: &Call, name: String, email: String, phone: String, version: i64) -> Result<(), AppError> {
    // Whoever set the password could otherwise sign in first and put their own address here.
    if call.actor().gate == Some(Gate::PasswordChangeRequired) {
        return Err(refusal(&Why::Gate { gate: Gate::PasswordChangeRequired }));
    }
    let (name, email) = (check::name(&name), check::email(&email));
    let phone = check::phone(&phone);
    let (name, email, phone) = match (name, email, phone) {
        (Ok(name), Ok(email), Ok(phone)) => (name, email, phone),
        (name, email, phone) => {
            let errors = [name.err(), email.err(), phone.err()];
            return Err(AppError::invalid(errors.into_iter().flatten().collect()));
        }
    };
    let account_id = &call.session.account_id;
    let mut write = begin_own(call).await?;
    let before = store::find(&mut write.conn(), account_id).await.map_err(|e| call.database(e))?;
    let before = before.ok_or_else(AppError::sign_in)?;
    unchanged(&before, Some(version))?;
    let done = users::ops::rename_account(&mut write.conn(), account_id, &name, &email, &phone).await;
    done.map_err(|e| call.database(e))?;
    let entry = Entry::of(call.actor().company_id(), "me.edit", "account", account_id, &before.username)
        .before(json!({ "name": before.name, "email": before.email, "phone": before.phone }))
        .after(json!({ "name": name, "email": email, "phone": phone }))
        .tells(&[Topic::Users, Topic::Access, Topic::Sessions]);
    write.commit(vec![entry]).await.map_err(|e| call.database(e))
}

pub async fn act(call: &Call) -> Result<Millis, AppError> {
    let system = call.caller().system(Reason::Activity);
    let mut write = system.write().await.map_err(|e| call.database(e))?;
    let now = write.now;
    let moved = store::touch(&mut write.conn(), &call.session.id, now).await.map_err(|e| call.database(e))?;
    if !moved {
        return Ok(call.session.last_activity_at);
    }
    write.commit_unlogged().await.map_err(|e| call.database(e))?;
    Ok(now)
}
