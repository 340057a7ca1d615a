//! `doorward integrations create`: an integration from the command line, for whoever runs the installation.

use super::client_id::free_client_id;
use super::secrets::{self, SecretHash};
use super::store::{self, NewIntegration};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{Conn, DbError, row};
use crate::rights::store::{self as grants, NewGrant, Rights};
use crate::rights::subject::SubjectKind;
use crate::server::clock::{is_id, new_id};
use crate::server::token::{Secret, TokenKind};
use crate::server::{AppState, Call, Entry, Reason, text};
use crate::types::Topic;
use serde_json::json;
use std::collections::BTreeMap;

/// What was made, to be printed on stdout and nowhere else.
pub struct Printed {
    pub client_id: String,
    pub client_secret: String,
}

/// Who gave it, as the audit log and the list say.
const MAKER: &str = "command line";

/// Makes an integration of the rank Common Manager, acting from the root company. `grants` are `SCREEN:LEVEL[@PLACE]`;
/// without an organization it is the oldest.
pub async fn create(
    state: &AppState,
    name: &str,
    grants: &[String],
    organization: Option<&str>,
) -> Result<Printed, String> {
    let name = text::line("name", name, true, super::model::NAME_MAX as usize).map_err(|error| error.message)?;
    let wanted = grants.iter().map(|grant| understood(grant)).collect::<Result<Vec<_>, String>>()?;
    let mut write = Call::system(state, Reason::CommandLine).write().await.map_err(|e| e.to_string())?;
    let organization = find_organization(&mut write.conn(), organization).await?;
    let mut tables: BTreeMap<Option<String>, Levels> = BTreeMap::new();
    for (levels, place) in wanted {
        let place = match place {
            Some(place) => Some(find_place(&mut write.conn(), &organization, &place).await?),
            None => None,
        };
        let table = tables.entry(place).or_default();
        *table = table.max(&levels);
    }
    write.within(&organization);
    let root = find_root(&mut write.conn(), &organization).await.map_err(|e| e.to_string())?;
    let now = write.now;
    let (id, client_id, secret) = (new_id(now), free_client_id(), Secret::issue(TokenKind::ClientSecret));
    let stored = SecretHash::from(&secret);
    insert(&mut write.conn(), (&organization, &root), (&id, &client_id, &name), &stored, &tables, now)
        .await
        .map_err(|e| e.to_string())?;
    let entry = Entry::of(Some(&root), "integrations.create", "integration", &id, &name)
        .after(json!({ "name": name, "client_id": client_id, "grants": grants }))
        .tells(&[Topic::Integrations, Topic::Access]);
    write.commit(vec![entry]).await.map_err(|e| e.to_string())?;
    Ok(Printed { client_id, client_secret: secret.expose().to_owned() })
}

async fn find_root(conn: &mut Conn<'_>, organization: &str) -> Result<String, DbError> {
    const ROOT: &str = "select id from companies where organization_id = $1 and parent_id is null";
    Ok(row!(conn, (String,), ROOT, organization)?.map(|row| row.0).unwrap_or_default())
}

async fn insert(
    conn: &mut Conn<'_>,
    (organization, company): (&str, &str),
    (id, client_id, name): (&str, &str, &str),
    secret: &SecretHash,
    tables: &BTreeMap<Option<String>, Levels>,
    now: i64,
) -> Result<(), DbError> {
    let new = NewIntegration {
        id,
        organization_id: organization,
        client_id,
        name,
        name_key: &text::fold(name),
        company_id: company,
        role: Role::CommonManager.stored(),
        made_by: None,
        made_by_name: MAKER,
    };
    store::insert(conn, &new, now).await?;
    secrets::insert(conn, id, secret, now).await?;
    for (place, levels) in tables {
        let grant = NewGrant {
            organization_id: organization,
            subject_kind: SubjectKind::Integration,
            subject_id: id,
            rights: Rights::Own(levels),
            place_id: place.as_deref(),
            device_right: None,
            given_by: MAKER,
        };
        grants::insert(conn, &grant, now).await?;
    }
    Ok(())
}

/// `rooms:read`, `lighting:full@Building A/Floor 1`.
fn understood(grant: &str) -> Result<(Levels, Option<String>), String> {
    let (rights, place) = match grant.split_once('@') {
        Some((rights, place)) => (rights, Some(place.to_owned())),
        None => (grant, None),
    };
    let refused = |why: String| format!("--grant {grant}: {why}");
    let (screen, level) = rights.split_once(':').ok_or_else(|| refused("use SCREEN:LEVEL[@PLACE]".to_owned()))?;
    let screen = Screen::from_code(screen).ok_or_else(|| {
        let all: Vec<&str> = crate::access::SCREENS.iter().map(|row| row.code).collect();
        refused(format!("there is no screen {screen:?}; there are {}", all.join(", ")))
    })?;
    let level = Level::ALL.into_iter().find(|it| it.word() == level && *it != Level::None);
    let level = level.ok_or_else(|| refused("the level must be read or full".to_owned()))?;
    Ok((Levels::NONE.with(screen, level), place))
}

async fn find_organization(conn: &mut Conn<'_>, name: Option<&str>) -> Result<String, String> {
    const NAMED: &str = "select id from organizations where name = $1 order by created_at, id limit 1";
    const OLDEST: &str = "select id from organizations order by created_at, id limit 1";
    let (found, missing) = match name {
        Some(name) => (row!(conn, (String,), NAMED, name), format!("there is no organization {name:?}")),
        None => (row!(conn, (String,), OLDEST), "there is no organization yet: run `doorward serve` first".to_owned()),
    };
    found.map_err(|e| e.to_string())?.map(|row| row.0).ok_or(missing)
}

/// A place by its id, or by its names from the building down.
async fn find_place(conn: &mut Conn<'_>, organization: &str, wanted: &str) -> Result<String, String> {
    const BY_ID: &str = "select id from places where organization_id = $1 and id = $2 and retired = false";
    const BY_NAMES: &str = "select id from places where organization_id = $1 and full_name = $2 and retired = false";
    let names: Vec<&str> = wanted.split('/').map(str::trim).collect();
    let found = if is_id(wanted) {
        row!(conn, (String,), BY_ID, organization, wanted)
    } else {
        row!(conn, (String,), BY_NAMES, organization, names.join(" / "))
    };
    let found = found.map_err(|e| e.to_string())?;
    found.map(|row| row.0).ok_or_else(|| format!("there is no place {wanted:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Client, TestApp, both};
    use serde_json::Value;

    both! {
        async fn client_from_the_command_line_opens_what_it_was_granted(app: TestApp) {
            let building = app.place(None, "building", "Building A").await;
            let floor = app.place(Some(&building), "floor", "Floor 1").await;
            app.place(Some(&floor), "room", "Room 1").await;
            app.place(Some(&building), "floor", "Floor 2").await;
            let grants = ["users:read", "rooms:full@Building A/Floor 1", "rooms:read@Building A / Floor 1"].map(str::to_owned);
            let printed = create(&app.state, "Probe", &grants, None).await.unwrap();
            let client = Client { id: printed.client_id, secret: printed.client_secret, made: Value::Null };
            let mut probe = client.signed_in(&app).await;
            assert_eq!(probe.get("/api/v1/floors").await.expect(200).json()["count"], 1);
            assert_eq!(probe.get("/api/v1/users").await.expect(200).json()["count"], 1);
            probe.get("/api/v1/audit-events").await.expect(403);
            for (grant, says) in [
                ("rooms", "SCREEN:LEVEL"), ("kitchen:read", "no screen"), ("rooms:none", "read or full"),
                ("rooms:read@Building Z", "no place"),
            ] {
                let error = create(&app.state, "X", &[grant.to_owned()], None).await.err().unwrap();
                assert!(error.contains(says) && !error.contains('\n'), "{error}");
            }
            assert!(create(&app.state, "X", &grants, Some("Nowhere")).await.is_err());
            assert!(create(&app.state, "X", &[], Some("Harbour House")).await.is_ok());
        }
    }
}
