//! What makes every part of the demo alive: two people beside the administrator who can sign in, with less reach, and teams,
//! API users, integrations and a key. Nobody has ever held their secrets.

use super::people::{Person, Whereabouts};
use super::world::{Crew, Ids, World};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{Columns, Conn, DbError};
use crate::features::accounts::store::{self as accounts, Password};
use crate::rights::kind::SubjectKind;
use crate::rights::store::{NewGrant, Rights, Term, index_profiles, insert, insert_for};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind};
use crate::server::{search_text, text};
use crate::types::{Instant, Millis};

/// How many users there are in this file.
pub const PEOPLE: u64 = 2;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;

/// Manages a distributor and the installers below it.
fn maya() -> Person {
    Person {
        name: "Maya Okafor".to_owned(),
        handle: "maya.okafor".to_owned(),
        role: Role::CommonManager,
        company: World::at("Northgate Distribution"),
        profiles: vec![0],
        place: Whereabouts::Everything,
        description: "Manages what Northgate installs",
        ..somebody()
    }
}

/// Sees two floors, and what the team gives.
fn ivan() -> Person {
    Person {
        name: "Ivan Nightingale".to_owned(),
        handle: "ivan.nightingale".to_owned(),
        profiles: vec![3],
        place: Whereabouts::Floors(0, vec![0, 1]),
        description: "Night shift",
        ..somebody()
    }
}

fn somebody() -> Person {
    Person {
        name: String::new(),
        handle: String::new(),
        region: "europe",
        phone: String::new(),
        description: "",
        role: Role::Owner,
        disabled: false,
        last_sign_in: Some(2 * DAY),
        hired: 200 * DAY,
        company: 0,
        profiles: Vec::new(),
        place: Whereabouts::Everything,
    }
}

/// Adds them all. The people have the password of the account `like`, temporary as that is.
pub async fn add(conn: &mut Conn<'_>, world: &World, like: &str, now: Millis) -> Result<(), DbError> {
    let mut crew = Crew::default();
    let [maya, ivan] = [maya(), ivan()].map(|person| crew.add(world, &person, person.handle.clone(), now));
    crew.insert(conn).await?;
    for person in [&maya, &ivan] {
        share_password(conn, like, &person.account_id).await?;
    }
    let staff = Staff { world, now };
    let manages = Levels::NONE.with(Screen::Users, Level::Full).with(Screen::Sessions, Level::Full);
    staff.grant(conn, (SubjectKind::User, &maya.user_id), Rights::Own(&manages), None).await?;
    staff.stand_in(conn, &ivan).await?;
    staff.key(conn, &maya, "Shift import").await?;
    let panel = staff.api_user(conn, "Elevator panel", "Shows who may go to which floor", None).await?;
    let report = staff.api_user(conn, "Energy report", "Writes the monthly report", Some(now + 20 * DAY)).await?;
    staff.api_user(conn, "Old door controller", "Replaced in spring", Some(now - 5 * DAY)).await?;
    let night = staff.team(conn, "Night shift", "Reception and security from 22:00 to 6:00", 8).await?;
    staff.members(conn, &night, &[("user", &ivan.user_id), ("api_user", &panel)]).await?;
    let on_call = staff.team(conn, "On call", "Technicians who come at night", 5).await?;
    staff.members(conn, &on_call, &[("user", &maya.user_id), ("api_user", &report)]).await?;
    staff.integration(conn, "Front desk", "front-desk", "active").await?;
    staff.integration(conn, "Cleaning planner", "cleaning-planner", "active").await?;
    staff.integration(conn, "Parking of the former operator", "parking", "disabled").await
}

async fn share_password(conn: &mut Conn<'_>, like: &str, account_id: &str) -> Result<(), DbError> {
    let Some(theirs) = accounts::find_credentials(conn, like).await? else { return Ok(()) };
    let Some(hash) = theirs.password_hash else { return Ok(()) };
    let password = Password { hash: &hash, temporary: theirs.password_temporary, expires_at: None, set_by: None };
    accounts::set_password(conn, account_id, &password).await
}

/// Makes what it is asked for, as of now, as the organization's first user.
struct Staff<'a> {
    world: &'a World,
    now: Millis,
}

impl Staff<'_> {
    async fn grant(
        &self,
        conn: &mut Conn<'_>,
        (subject_kind, subject_id): (SubjectKind, &str),
        rights: Rights<'_>,
        place_id: Option<&str>,
    ) -> Result<(), DbError> {
        insert(conn, &self.given((subject_kind, subject_id), rights, place_id), self.now).await
    }

    fn given<'a>(
        &'a self,
        (subject_kind, subject_id): (SubjectKind, &'a str),
        rights: Rights<'a>,
        place_id: Option<&'a str>,
    ) -> NewGrant<'a> {
        let (organization_id, given_by) = (self.world.organization_id.as_str(), self.world.given_by.as_str());
        NewGrant { organization_id, subject_kind, subject_id, rights, place_id, device_right: None, given_by }
    }

    /// For two days, on the floor where somebody is ill.
    async fn stand_in(&self, conn: &mut Conn<'_>, person: &Ids) -> Result<(), DbError> {
        let floor = self.world.floor(0, 1);
        let of = (SubjectKind::User, person.user_id.as_str());
        let term = Term { from: None, until: Some(self.now + 2 * DAY), reason: "Stands in for the technician" };
        insert_for(conn, &self.given(of, Rights::Profile(self.world.profile(5)), floor), &term, self.now).await?;
        index_profiles(conn, &person.user_id).await
    }

    fn named(&self, id: &str, name: &str) -> Columns {
        Columns::of([
            ("id", id.into()),
            ("organization_id", self.world.organization_id.as_str().into()),
            ("name", name.into()),
            ("name_key", text::fold(name).into()),
            ("search_text", search_text::of(&[name]).into()),
            ("created_at", (self.now - 90 * DAY).into()),
        ])
    }

    fn of_the_root_company(&self, status: &str) -> Columns {
        Columns::of([
            ("company_id", self.world.root_company().into()),
            ("role", Role::Owner.stored().into()),
            ("status", status.into()),
            ("made_by", self.world.given_by.as_str().into()),
            ("made_by_name", "Administrator".into()),
        ])
    }

    async fn team(&self, conn: &mut Conn<'_>, name: &str, remark: &str, profile: usize) -> Result<String, DbError> {
        let id = new_id(self.now);
        let company = Columns::of([("remark", remark.into()), ("company_id", self.world.root_company().into())]);
        self.named(&id, name).and(company).insert(conn, "teams").await?;
        let profile = Rights::Profile(self.world.profile(profile));
        self.grant(conn, (SubjectKind::Team, &id), profile, self.world.building(0)).await?;
        Ok(id)
    }

    async fn members(&self, conn: &mut Conn<'_>, team: &str, members: &[(&str, &str)]) -> Result<(), DbError> {
        for (kind, id) in members {
            let at = (self.now - 30 * DAY).into();
            let member = [("team_id", team.into()), ("member_kind", (*kind).into()), ("member_id", (*id).into())];
            Columns::of(member).and(Columns::of([("added_at", at)])).insert(conn, "team_members").await?;
        }
        Ok(())
    }

    async fn api_user(
        &self,
        conn: &mut Conn<'_>,
        name: &str,
        remark: &str,
        expires_at: Option<Millis>,
    ) -> Result<String, DbError> {
        let (id, secret) = (new_id(self.now), Secret::issue(TokenKind::ApiUser));
        let token = Columns::of([
            ("remark", remark.into()),
            ("token_hash", secret.hash().into()),
            ("token_hint", secret.hint().into()),
            ("token_made_at", (self.now - 90 * DAY).into()),
            ("token_expires_at", expires_at.map(Instant).into()),
        ]);
        let columns = self.named(&id, name).and(self.of_the_root_company("active")).and(token);
        columns.insert(conn, "api_users").await?;
        let reads = Levels::NONE.with(Screen::Rooms, Level::Read).with(Screen::Devices, Level::Read);
        self.grant(conn, (SubjectKind::ApiUser, &id), Rights::Own(&reads), None).await?;
        self.used(conn, (&id, &id), if expires_at.is_some_and(|end| end < self.now) { 6 * DAY } else { HOUR }).await?;
        Ok(id)
    }

    async fn integration(&self, conn: &mut Conn<'_>, name: &str, client: &str, status: &str) -> Result<(), DbError> {
        let (id, secret_id, secret) = (new_id(self.now), new_id(self.now), Secret::random());
        let columns = self.named(&id, name).and(self.of_the_root_company(status));
        columns.and(Columns::of([("client_id", client.into())])).insert(conn, "integrations").await?;
        let secret = Columns::of([
            ("id", secret_id.as_str().into()),
            ("integration_id", id.as_str().into()),
            ("secret_hash", secret.hash().into()),
            ("hint", secret.hint().into()),
            ("created_at", (self.now - 90 * DAY).into()),
        ]);
        secret.insert(conn, "client_secrets").await?;
        let reads = Levels::NONE.with(Screen::Rooms, Level::Full).with(Screen::Alerts, Level::Read);
        self.grant(conn, (SubjectKind::Integration, &id), Rights::Own(&reads), None).await?;
        self.used(conn, (&id, &secret_id), 4 * HOUR).await
    }

    async fn key(&self, conn: &mut Conn<'_>, owner: &Ids, name: &str) -> Result<(), DbError> {
        let (id, secret) = (new_id(self.now), Secret::issue(TokenKind::ApiKey));
        let key = Columns::of([
            ("user_id", owner.user_id.as_str().into()),
            ("remark", "Reads the duty roster at six".into()),
            ("may_administer", false.into()),
            ("secret_hash", secret.hash().into()),
            ("hint", secret.hint().into()),
            ("expires_at", (self.now + 60 * DAY).into()),
        ]);
        self.named(&id, name).and(key).insert(conn, "api_keys").await?;
        self.used(conn, (&owner.user_id, &id), 5 * HOUR).await
    }

    async fn used(&self, conn: &mut Conn<'_>, (subject, credential): (&str, &str), ago: Millis) -> Result<(), DbError> {
        let of = [("subject_id", subject.into()), ("credential_id", credential.into())];
        let last = [("at", (self.now - ago).into()), ("address", "10.20.4.17".into())];
        Columns::of(of).and(Columns::of(last)).insert(conn, "last_uses").await
    }
}
