//! A large installation, put into the database by a few statements. Everything grows with the number of users; ids are
//! written out, so that tests can name what is there.

use crate::access::{Level, Levels, Role, SCREENS};
use crate::db::{Conn, exec, scalar};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Given, START, TestApp, UserSpec};
use sqlx::AssertSqlSafe;

/// What the statements of a fill name.
pub struct Filled {
    pub users: i64,
    /// With two companies below it, and a fifth of the users.
    pub company: String,
    /// Everybody holds one profile in fifty.
    pub profile: String,
    pub building: String,
    pub floor: String,
    pub room: String,
    pub team: String,
    pub user: String,
}

/// The id of the number `n` of a kind, which the last part counts.
pub fn id(kind: u16, n: i64) -> String {
    format!("00000000-0000-7000-{kind}-{}", 100_000_000_000 + n)
}

/// A user of the fill.
pub fn user(n: i64) -> String {
    id(USER, n)
}

const USER: u16 = 8001;
const GRANT: u16 = 8002;
const PROFILE: u16 = 8003;
const TEAM: u16 = 8004;
const API_USER: u16 = 8005;
const INTEGRATION: u16 = 8006;
const KEY: u16 = 8007;
const SESSION: u16 = 8008;
const BUILDING: u16 = 8009;
const FLOOR: u16 = 8010;
const ROOM: u16 = 8011;
const DEVICE: u16 = 8012;
const ALERT: u16 = 8013;
const EVENT: u16 = 8014;
const MAIL: u16 = 8015;
const ACCOUNT: u16 = 8016;

pub const PROFILES: i64 = 50;

/// Replaces `{kind:n}` by the id of that number, where `n` is SQL.
fn sql(text: &str) -> String {
    let kinds = [
        ("user", USER),
        ("grant", GRANT),
        ("profile", PROFILE),
        ("team", TEAM),
        ("api_user", API_USER),
        ("integration", INTEGRATION),
        ("key", KEY),
        ("session", SESSION),
        ("building", BUILDING),
        ("floor", FLOOR),
        ("room", ROOM),
        ("device", DEVICE),
        ("alert", ALERT),
        ("event", EVENT),
        ("mail", MAIL),
        ("account", ACCOUNT),
    ];
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}').unwrap();
        let (kind, n) = inner.split_once(':').unwrap();
        let code = kinds.iter().find(|(name, _)| *name == kind).unwrap_or_else(|| panic!("no {kind}")).1;
        out.push_str(before);
        out.push_str(&format!("('00000000-0000-7000-{code}-' || (100000000000 + {n}))"));
        rest = after;
    }
    out + rest
}

/// Fills the first organization with this many users and what belongs to as many.
pub async fn fill(app: &TestApp, users: i64) -> Filled {
    let organization = app.organization_id().await;
    let root = scalar!(
        app.system().read().await.unwrap().conn(),
        String,
        "select id from companies where organization_id = $1 and parent_id is null",
        organization.as_str()
    )
    .unwrap();
    let north = app.company(None, CompanyKind::Distributor, "North").await;
    let mut companies = vec![root.clone(), north.clone()];
    for name in ["Fitters", "Wirers"] {
        companies.push(app.company(Some(&north), CompanyKind::Installer, name).await);
    }
    for n in 4..15 {
        companies.push(app.company(None, CompanyKind::Installer, &format!("Company {n}")).await);
    }
    let company =
        companies.iter().enumerate().map(|(n, id)| format!("when {n} then '{id}'")).collect::<Vec<_>>().join(" ");
    let company = format!("case i % {} {company} end", companies.len());
    let now = START;
    let mut write = app.system().write().await.unwrap();
    let texts = [people(users, &company), rights(users), places(users)]
        .into_iter()
        .chain([programs(users, &root), records(users, &companies[4])])
        .flatten();
    for (rows, text) in texts {
        let text = sql(&text.replace("$now", &now.to_string()).replace("$o", &format!("'{organization}'")));
        let text = format!(
            "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {rows}) {text}"
        );
        exec!(write.conn(), AssertSqlSafe(text.clone())).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    if let Conn::Sqlite(_) = write.conn() {
        const INDEX: &str = "insert into user_search (rowid, text) select seq, search_text from users
            where id like '00000000-0000-7000-%'";
        exec!(write.conn(), INDEX).unwrap();
    }
    if let Conn::Postgres(_) = write.conn() {
        // It would by itself, within a minute, and Doorward at its next start (`db/upkeep.rs`).
        gather_statistics(&mut write.conn()).await;
    }
    write.commit_unlogged().await.unwrap();
    Filled {
        users,
        company: companies[4].clone(),
        profile: id(PROFILE, 4),
        building: id(BUILDING, 3),
        floor: id(FLOOR, 2),
        room: id(ROOM, 3),
        team: id(TEAM, 1),
        user: user(77),
    }
}

type Texts = Vec<(i64, String)>;

fn people(users: i64, company: &str) -> Texts {
    vec![
        (users, format!(
            "insert into accounts (id, username, username_key, name, email, home_organization_id, last_sign_in_at, created_at)
             select {{account:i}}, 'u' || i, 'u' || i, 'Name ' || (i * 7919 % {users}),
                'e' || (i * 104729 % {users}) || '@x.de', $o, i, i from n"
        )),
        (users, format!(
            "insert into users (id, organization_id, account_id, company_id, role, region, status, created_at,
                username_key, name_key, email_key, company_key, last_sign_in_at, search_text)
             select {{user:i}}, $o, {{account:i}}, {company}, 1 + i % 3, 'europe',
                case when i % 20 = 3 then 'disabled' else 'active' end, i, 'u' || i, 'name ' || (i * 7919 % {users}),
                'e' || (i * 104729 % {users}) || '@x.de', 'c' || i % 15, i * 15485863 % {users},
                '\t\tu' || i || '\n\t\tname\t\t' || (i * 7919 % {users}) || '\n\t\te' || (i * 104729 % {users}) || '\t\t@\tx\t\t.\tde' from n"
        )),
        (users, "insert into sessions (id, organization_id, account_id, token_hash, client, address, signed_in_at,
                last_activity_at, expires_at)
             select {session:i}, $o, {account:i}, 'session ' || i, 'Firefox', '192.0.2.1', $now - i, $now - i % 1000,
                $now + 36000000 + i from n".to_owned()),
        (users / 4, "insert into sessions (id, organization_id, account_id, token_hash, client, address, signed_in_at,
                last_activity_at, expires_at, ended_at, ended_reason)
             select {session:1000000 + i}, $o, {account:i}, 'ended ' || i, 'Firefox', '192.0.2.1', $now - i,
                $now - i, $now + i, $now - i, 'closed' from n".to_owned()),
        (users, "insert into known_devices (token_hash, account_id, expires_at)
             select 'device ' || i, {account:i}, $now + i from n".to_owned()),
        (users / 20, "insert into mails (id, organization_id, kind, user_id, account_id, created_at, next_try_at)
             select {mail:i}, $o, 'temporary_password', {user:i}, {account:i}, $now - i,
                case when i % 10 = 0 then null else $now + i end from n".to_owned()),
        (1, "update accounts set password_mail_id = (select m.id from mails m where m.account_id = accounts.id)
             where id in (select account_id from mails)".to_owned()),
    ]
}

/// Three grants for each user: a profile everywhere, one in a building, and one of its own that ends.
fn rights(users: i64) -> Texts {
    let grant = "insert into grants (id, organization_id, subject_kind, subject_id, profile_id, rights_id, place_id,
        until_at, given_by, created_at)";
    vec![
        (PROFILES, "insert into profiles (id, organization_id, name, name_key, created_at)
             select {profile:i}, $o, 'Profile ' || i, 'profile ' || i, i from n".to_owned()),
        (PROFILES, "insert into levels (owner_id, screen, level)
             select {profile:i}, s.screen, 1 from n cross join (select 'rooms' as screen union all select 'users' union all
                select 'alerts') s".to_owned()),
        (users, format!("{grant} select {{grant:i}}, $o, 'user', {{user:i}}, {{profile:1 + i % {PROFILES}}},
                {{profile:1 + i % {PROFILES}}}, null, null, 'test', i from n")),
        (users, format!("{grant} select {{grant:1000000 + i}}, $o, 'user', {{user:i}},
                {{profile:1 + (i + 7) % {PROFILES}}}, {{profile:1 + (i + 7) % {PROFILES}}}, null, $now + i, 'test', i from n")),
        (users, format!("{grant} select {{grant:2000000 + i}}, $o, 'user', {{user:i}}, null, {{grant:2000000 + i}}, null,
                $now - i, 'test', i from n")),
        (users, "insert into levels (owner_id, screen, level) select {grant:2000000 + i}, 'users', 1 from n".to_owned()),
        (1, "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key, email_key,
                company_key, role, status, last_sign_in_at)
             select distinct u.organization_id, g.profile_id, u.id, u.username_key, u.name_key, u.email_key,
                u.company_key, u.role, u.status, u.last_sign_in_at
             from users u join grants g on g.subject_id = u.id
             where g.profile_id is not null and u.id like '00000000-0000-7000-%'".to_owned()),
        (users / 100, "insert into teams (id, organization_id, name, name_key, remark, created_at)
             select {team:i}, $o, 'Team ' || i, 'team ' || i, '', i from n".to_owned()),
        (users, format!("insert into team_members (team_id, member_kind, member_id, added_at)
             select {{team:1 + i % {}}}, 'user', {{user:i}}, i from n", users / 100)),
        (users / 100, format!("{grant} select {{grant:3000000 + i}}, $o, 'team', {{team:i}},
                {{profile:1 + i % {PROFILES}}}, {{profile:1 + i % {PROFILES}}}, null, null, 'test', i from n")),
    ]
}

/// Floors of ten rooms with ten devices each.
fn places(users: i64) -> Texts {
    let floors = users / 400;
    let node = "insert into places (id, organization_id, parent_id, kind, device_kind, name, name_key, position, path,
        sort_path, full_name, created_at)";
    let above = |kind: &str, n: &str| format!("{{{kind}:{n}}} || '/'");
    let digits = |n: &str| format!("(1000000000 + {n}) || '/'");
    let building = above("building", "1 + i % 5");
    let sorted = digits("1 + i % 5");
    let of_floor = |n: &str| format!("{} || {}", above("building", &format!("1 + ({n}) % 5")), above("floor", n));
    let floor_sorted = |n: &str| format!("{} || {}", digits(&format!("1 + ({n}) % 5")), digits(n));
    let (of_room, room_sorted) = (
        |n: &str| format!("{} || {}", of_floor(&format!("(1 + ({n}) % {floors})")), above("room", n)),
        |n: &str| format!("{} || {}", floor_sorted(&format!("(1 + ({n}) % {floors})")), digits(n)),
    );
    let rooms = floors * 10;
    vec![
        (5, format!("{node} select {{building:i}}, $o, null, 'building', null, 'Building ' || i, 'building ' || i, i,
            {}, {}, 'Building ' || i, i from n", above("building", "i"), digits("i"))),
        (floors, format!("{node} select {{floor:i}}, $o, {{building:1 + i % 5}}, 'floor', null, 'Floor ' || i,
            'floor ' || i, i, {building} || {}, {sorted} || {}, 'Floor ' || i, i from n", above("floor", "i"), digits("i"))),
        (rooms, format!("{node} select {{room:i}}, $o, {{floor:1 + i % {floors}}}, 'room', null, 'Room ' || i,
            'room ' || i, i, {}, {}, 'Room ' || i, i from n", of_room("i"), room_sorted("i"))),
        (rooms * 10, format!("{node} select {{device:i}}, $o, {{room:1 + i % {rooms}}}, 'device',
            case i % 4 when 0 then 'light' when 1 then 'hvac' when 2 then 'sensor' else 'controller' end, 'Device ' || i,
            'device ' || i, i, {} || {}, {} || {}, 'Device ' || i, i from n",
            of_room(&format!("(1 + i % {rooms})")), above("device", "i"), room_sorted(&format!("(1 + i % {rooms})")), digits("i"))),
        (users / 4, format!("insert into alerts (id, organization_id, place_id, severity, message, search_text, raised_at,
                acknowledged_at, cleared_at)
             select {{alert:i}}, $o, {{room:1 + i % {rooms}}},
                case i % 3 when 0 then 'critical' when 1 then 'warning' else 'information' end, 'Alert ' || i, 'alert ' || i,
                $now - i, case when i % 5 = 0 then $now end, case when i % 2 = 0 then $now end from n")),
    ]
}

fn programs(users: i64, root: &str) -> Texts {
    vec![
        (users / 100, format!("insert into integrations (id, organization_id, client_id, name, name_key, company_id, role,
                status, made_by_name, created_at)
             select {{integration:i}}, $o, 'client-' || i, 'Client ' || i, 'client ' || i, '{root}', 1, 'active', 'Test', i from n")),
        (users / 100, "insert into client_secrets (id, integration_id, secret_hash, hint, created_at)
             select 'secret ' || i, {integration:i}, 'hash ' || i, 'dws_', i from n".to_owned()),
        (users / 10, format!("insert into sessions (id, organization_id, integration_id, secret_id, token_hash, client, address,
                signed_in_at, last_activity_at, expires_at)
             select {{session:2000000 + i}}, $o, {{integration:1 + i % {0}}}, 'secret ' || (1 + i % {0}), 'token ' || i, 'curl',
                '192.0.2.1', $now - i, $now - i, $now + 3600000 + i from n", users / 100)),
        (users / 100, format!("insert into api_users (id, organization_id, name, name_key, remark, company_id, role, status,
                made_by, made_by_name, token_hash, token_hint, token_made_at, created_at)
             select {{api_user:i}}, $o, 'Robot ' || i, 'robot ' || i, '', '{root}', 1, 'active', 'test', 'Test',
                'api user ' || i, 'dwa_', i, i from n")),
        (users, "insert into api_keys (id, organization_id, user_id, name, name_key, remark, may_administer, secret_hash,
                hint, created_at)
             select {key:i}, $o, {user:i}, 'Key ' || i, 'key ' || i, '', false, 'key ' || i, 'dwk_', i from n".to_owned()),
        (users, "insert into last_uses (subject_id, credential_id, at, address)
             select {user:i}, {key:i}, $now - i * 60000, '192.0.2.1' from n".to_owned()),
        (users / 10, "insert into calls (subject_id, hour, calls, errors)
             select {integration:1 + i % 10}, i * 3600000, 5, 0 from n".to_owned()),
    ]
}

fn records(users: i64, company: &str) -> Texts {
    vec![
        (users * 5, format!("insert into audit_events (id, organization_id, at, actor_kind, actor_id, actor_name, action,
                target_kind, target_id, target_name, address, request_id, company_id)
             select {{event:i}}, $o, $now - i, 'user', {{user:1 + i % {users}}}, 'Name ' || i % 100,
                case when i % 50 = 0 then 'users.edit' else 'session.begin' end, 'user', {{user:1 + i * 7 % {users}}}, 'u' || i,
                '192.0.2.1', {{event:i}}, case when i % 15 = 4 then '{company}' end from n")),
        (users / 10, "insert into idempotency_keys (id, caller_id, fingerprint, answer, created_at, expires_at)
             select 'idempotency ' || i, {user:1 + i % 100}, '', '', $now - i, $now + i from n".to_owned()),
        (users / 20, "insert into event_tickets (token_hash, credential_kind, credential_hash, origin, expires_at)
             select 'ticket ' || i, '', '', '', $now + i from n".to_owned()),
    ]
}

/// Somebody who may do everything, of the root company or of another.
pub fn manager<'a>(username: &'a str, company: Option<&'a str>) -> UserSpec<'a> {
    let full: Levels = SCREENS.iter().map(|row| (row.screen, Level::Full)).collect();
    UserSpec { username, company, role: Role::CommonManager, grants: vec![Given::own(full)], ..UserSpec::default() }
}

pub async fn gather_statistics(conn: &mut Conn<'_>) {
    exec!(conn, "analyze").unwrap();
}
