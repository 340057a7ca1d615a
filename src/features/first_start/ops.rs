use super::model::{FirstSteps, may_take};
use super::store;
use crate::access::Role;
use crate::db::DbError;
use crate::error::AppError;
use crate::features::accounts::store::{self as accounts, NewAccount, Password};
use crate::features::users::store::{self as users, Keys, NewUser};
use crate::features::{organizations, profiles};
use crate::rights::store::{self as grants, NewGrant, Rights};
use crate::rights::subject::SubjectKind;
use crate::server::clock::{new_id, random};
use crate::server::password::{generate, policy};
use crate::server::{AppState, Call, Entry, Reason, Write, refold, text};

/// The username of every founder.
pub const USERNAME: &str = "admin";

/// What was made, to be printed on stdout and nowhere else.
pub struct FirstStart {
    pub username: &'static str,
    /// None when `DOORWARD_ADMIN_PASSWORD` gave it.
    pub password: Option<String>,
}

/// The administrator of a new organization.
pub struct Founder {
    pub organization_id: String,
    pub root_company_id: String,
    pub user_id: String,
    pub password: Option<String>,
}

/// Brings the built-in profiles up to date and, on an empty database, makes the first organization.
///
/// Whether it is empty is asked inside the write that fills it: of several nodes that start together, one makes the
/// organization and the others find it.
pub async fn run(state: &AppState, organization: &str) -> Result<Option<FirstStart>, String> {
    let mut write = Call::system(state, Reason::FirstStart).write_alone().await.map_err(|e| e.to_string())?;
    if accounts::exist(&mut write.conn()).await.map_err(|e| e.to_string())? {
        profiles::ops::extend_builtin(&mut write.conn()).await.map_err(|e| e.to_string())?;
        // Derived data that follows the binary, nobody's change: there is nothing to log.
        write.commit_unlogged().await.map_err(|e| e.to_string())?;
        return Ok(None);
    }
    let founder = found(state, &mut write, organization).await?;
    let entry = Entry::new("organizations.create", "organization", &founder.organization_id, organization);
    write.commit(vec![entry]).await.map_err(|e| e.to_string())?;
    Ok(Some(FirstStart { username: USERNAME, password: founder.password }))
}

/// How far the organization of the caller is set up.
pub async fn steps(call: &Call) -> Result<FirstSteps, AppError> {
    let mut held = call.read().await?;
    let found = store::beginning(&mut held.conn(), call.organization_id(), &call.actor().subject_id).await;
    let found = found.map_err(|e| call.database(e))?.ok_or_else(AppError::not_found)?;
    Ok(FirstSteps {
        organization: found.name,
        has_profile: found.profiles > 0,
        has_user: found.users > 0,
        mail_server: call.state().config.mail.as_ref().map(|mailer| mailer.server.clone()),
    })
}

/// Whether the caller is expected to set the organization up.
pub async fn is_expected(call: &Call) -> Result<bool, AppError> {
    Ok(may_take(&call.actor().levels()) && !steps(call).await?.are_done())
}

/// Makes an organization and its founder `admin` inside `write`.
pub async fn found(state: &AppState, write: &mut Write, organization: &str) -> Result<Founder, String> {
    let given = state.config.admin_password.as_ref().map(|secret| secret.expose().to_owned());
    if let Some(password) = &given {
        policy::check(password, &[USERNAME.to_owned()]).map_err(|why| format!("DOORWARD_ADMIN_PASSWORD: {why}"))?;
    }
    let printed = given.is_none().then(|| generate::temporary(&mut |bytes: &mut [u8]| random(bytes)));
    let password = given.or_else(|| printed.clone()).unwrap_or_default();
    let hash = state.hasher.hash(password).await.map_err(|e: AppError| e.message)?;
    let made = insert(write, organization, hash.expose(), printed.is_some()).await.map_err(|e| e.to_string())?;
    Ok(Founder { password: printed, ..made })
}

async fn insert(write: &mut Write, organization: &str, hash: &str, temporary: bool) -> Result<Founder, DbError> {
    let now = write.now;
    let (account_id, user_id) = (new_id(now), new_id(now));
    let made = organizations::ops::create(&mut write.conn(), organization, now).await?;
    write.within(&made.id);
    let account = NewAccount {
        id: &account_id,
        username: USERNAME,
        username_key: USERNAME,
        name: "Administrator",
        email: "",
        phone: "",
        home_organization_id: &made.id,
        founder: true,
        operator: true,
    };
    let mut conn = write.conn();
    accounts::insert(&mut conn, &account, now).await?;
    // The first start's temporary password does not run out: nobody could make another.
    let password = Password { hash, temporary, expires_at: None, set_by: None };
    accounts::set_password(&mut conn, &account_id, &password).await?;
    let keys = Keys {
        username: USERNAME.into(),
        name: "administrator".into(),
        email: String::new(),
        company: text::fold(organization),
    };
    let user = NewUser {
        id: &user_id,
        organization_id: &made.id,
        account_id: &account_id,
        company_id: &made.root_company_id,
        role: Role::CommonManager.stored(),
        region: "europe",
        description: "",
        keys: &keys,
    };
    users::insert(&mut conn, &user, now).await?;
    let grant = NewGrant {
        organization_id: &made.id,
        subject_kind: SubjectKind::User,
        subject_id: &user_id,
        rights: Rights::Profile(&made.administrator_id),
        place_id: None,
        device_right: None,
        given_by: &user_id,
    };
    grants::insert(&mut conn, &grant, now).await?;
    grants::index_profiles(&mut conn, &user_id).await?;
    refold::nothing_to_do(&mut conn).await?;
    Ok(Founder { organization_id: made.id, root_company_id: made.root_company_id, user_id, password: None })
}
