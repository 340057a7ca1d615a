//! Making, editing, disabling and deleting integrations.

use super::client_id::check_client_id;
use super::model::{Integration, IntegrationChange, IntegrationRow, NAME_MAX, NewIntegration, Rights};
use super::read;
use super::rights;
use super::secrets::{self, SecretHash};
use super::store;
use crate::access::{Level, Role};
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::rights::held::Plain;
use crate::rights::model::Places;
use crate::rights::plan::replace;
use crate::rights::subject::SubjectKind;
use crate::rights::{begin, roles};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind};
use crate::server::{Call, Entry, Write, text};
use crate::types::{Status, Topic};
use serde_json::{Value, json};

const TOPICS: [Topic; 3] = [Topic::Integrations, Topic::Access, Topic::Sessions];

/// What the fields of a new integration come to.
struct Fields {
    name: String,
    client_id: String,
    role: Role,
}

fn check(call: &Call, new: &NewIntegration, errors: &mut Vec<FieldError>) -> Option<Fields> {
    let mut told = |error: FieldError| errors.push(error);
    let name = text::line("name", &new.name, true, NAME_MAX as usize).map_err(&mut told).ok();
    let client_id = check_client_id(&new.client_id).map_err(&mut told).ok();
    let own = call.actor().role;
    let role = roles::assigned(own, new.role.unwrap_or(own), None).map_err(&mut told).ok();
    Some(Fields { name: name?, client_id: client_id?, role: role? })
}

/// With a new secret, which the answer shows.
pub async fn create_with_secret(call: &Call, new: NewIntegration) -> Result<IntegrationRow, AppError> {
    create(call, new, None).await
}

/// With the draft's secret, or with a new one that the answer shows.
pub async fn create(call: &Call, new: NewIntegration, draft_id: Option<&str>) -> Result<IntegrationRow, AppError> {
    let nothing = Rights { places: Some(Places::Everything), ..Rights::default() };
    let wanted =
        IntegrationChange { levels: new.levels, places: new.places.clone(), place_levels: new.place_levels.clone() };
    let wanted = wanted.over(nothing)?;
    let mut errors = Vec::new();
    let fields = check(call, &new, &mut errors);
    // How often one caller may learn that another organization has a client ID is limited.
    let probed = call.state().probes.allow(&call.actor().subject_id, call.now());
    probed.map_err(AppError::too_many)?;
    let mut write = begin(call).await?;
    let planned = rights::plan(&mut write.conn(), call.actor(), &wanted, &Rights::default()).await?;
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    let (secret, shown) = match secret(call, &mut write, draft_id).await? {
        Ok(secret) => secret,
        Err(error) => {
            errors.push(error);
            return Err(AppError::invalid(errors));
        }
    };
    let (Some(fields), Some(planned)) = (fields, planned) else { return Err(AppError::invalid(errors)) };
    let id = insert(call, &mut write, &fields, &planned, &secret).await.map_err(taken)?;
    let mut row = reread(call, &mut write.conn(), &id).await?;
    let company = call.actor().company_id();
    let entry = Entry::of(company, "integrations.create", "integration", &id, &fields.name);
    let entry = entry.after(audited(&row));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    row.integration.client_secret = shown;
    Ok(row)
}

type SecretChoice = (SecretHash, Option<String>);

/// The draft's secret, or a new one that the answer shows.
async fn secret(
    call: &Call,
    write: &mut Write,
    draft: Option<&str>,
) -> Result<Result<SecretChoice, FieldError>, DbError> {
    let Some(draft) = draft else {
        let secret = Secret::issue(TokenKind::ClientSecret);
        return Ok(Ok((SecretHash::from(&secret), Some(secret.expose().to_owned()))));
    };
    let message = "This secret has expired or was used. Generate a new one.";
    let taken = secrets::take_draft(call, &mut write.conn(), draft).await?;
    Ok(taken.map(|stored| (stored, None)).ok_or_else(|| FieldError::new("draft_id", "expired", message)))
}

async fn insert(
    call: &Call,
    write: &mut Write,
    fields: &Fields,
    planned: &[Plain],
    secret: &SecretHash,
) -> Result<String, DbError> {
    let (now, actor) = (write.now, call.actor());
    let id = new_id(now);
    let new = store::NewIntegration {
        id: &id,
        organization_id: &actor.organization_id,
        client_id: &fields.client_id,
        name: &fields.name,
        name_key: &text::fold(&fields.name),
        company_id: actor.company_id().unwrap_or_default(),
        role: fields.role.stored(),
        made_by: Some(&actor.subject_id),
        made_by_name: &actor.name,
    };
    let mut conn = write.conn();
    store::insert(&mut conn, &new, now).await?;
    secrets::insert(&mut conn, &id, secret, now).await?;
    replace(&mut conn, actor, (SubjectKind::Integration, &id), planned, now).await?;
    Ok(id)
}

fn taken(error: DbError) -> AppError {
    match error {
        DbError::Unique(Unique::ClientId) => {
            AppError::invalid(vec![FieldError::new("client_id", "taken", "This client ID is taken. Choose another.")])
        }
        other => other.into(),
    }
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<IntegrationRow, AppError> {
    let row = read::find(call, conn, id, Level::Read).await?;
    read::one(call, conn, row).await
}

/// An integration as the audit log keeps it.
fn audited(row: &IntegrationRow) -> Value {
    let Integration { name, client_id, role, status, .. } = &row.integration;
    let rights = row.integration.rights();
    json!({
        "name": name, "client_id": client_id, "company": row.company_name, "role": role, "levels": rights.levels,
        "places": rights.places, "place_levels": rights.place_levels, "status": status,
    })
}

/// Changes what it may do, the one thing that can be edited, on the version that the caller saw (none: any).
pub async fn edit(
    call: &Call,
    id: &str,
    known: Option<i64>,
    change: IntegrationChange,
) -> Result<IntegrationRow, AppError> {
    let mut write = begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    crate::server::rest::current(known, row.integration.version)?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    let stands = before.integration.rights();
    let wanted = change.over(stands.clone())?;
    let planned = rights::plan(&mut write.conn(), call.actor(), &wanted, &stands).await?;
    let planned = planned.map_err(AppError::invalid)?;
    let now = write.now;
    replace(&mut write.conn(), call.actor(), (SubjectKind::Integration, id), &planned, now).await?;
    SubjectKind::Integration.changed(&mut write.conn(), id).await?;
    let after = reread(call, &mut write.conn(), id).await?;
    let entry =
        Entry::of(Some(&row.integration.company_id), "integrations.edit", "integration", id, &after.integration.name)
            .before(audited(&before))
            .after(audited(&after))
            .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(after)
}

pub async fn set_status(call: &Call, id: &str, status: Status) -> Result<IntegrationRow, AppError> {
    let mut write = begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let it = &row.integration;
    if it.status == status {
        return read::one(call, &mut write.conn(), row).await;
    }
    SubjectKind::Integration.set_status(&mut write.conn(), id, status).await?;
    // Also when it is enabled again: a token that was being given while it was disabled must not come alive.
    end_tokens(call, &mut write, &row, "disabled").await?;
    let after = reread(call, &mut write.conn(), id).await?;
    let action = if status == Status::Active { "integrations.enable" } else { "integrations.disable" };
    let entry = Entry::of(Some(&it.company_id), action, "integration", id, &it.name)
        .before(json!({ "status": it.status }))
        .after(json!({ "status": status }));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(after)
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    end_tokens(call, &mut write, &row, "deleted").await?;
    SubjectKind::Integration.delete(&mut write.conn(), call.organization_id(), id).await?;
    let entry =
        Entry::of(Some(&row.integration.company_id), "integrations.delete", "integration", id, &row.integration.name);
    let entry = entry.before(audited(&before));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(())
}

async fn end_tokens(call: &Call, write: &mut Write, row: &IntegrationRow, reason: &str) -> Result<(), DbError> {
    let (now, by) = (write.now, &call.actor().subject_id);
    for token in store::end_tokens(&mut write.conn(), &row.integration.id, None, reason, by, now).await? {
        write.session_ended(&token, reason);
    }
    Ok(())
}
