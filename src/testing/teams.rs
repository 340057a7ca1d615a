//! Teams and API users of the first organization, put straight into the database.

use super::fixtures::insert_grant_to;
use super::{Browser, Given, TestApp};
use crate::access::Role;
use crate::db::Columns;
use crate::features::api_users::store as api_users;
use crate::features::teams::store as teams;
use crate::resource::fields::Fields;
use crate::rights::membership;
use crate::rights::model::{MemberKind, MemberRef};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind};
use crate::types::Remark;

/// The columns of a team or an API user with a name and an empty remark.
fn named(name: &str) -> Columns {
    let mut fields = Fields::default();
    fields.name(Some(&name.to_owned().into()), &[]);
    fields.paragraph("remark", Some(&Remark::default()));
    fields.checked().unwrap()
}

impl TestApp {
    /// A team with these grants and users in it; its id.
    pub async fn team(&self, name: &str, grants: &[Given], users: &[&str]) -> String {
        let organization = self.organization_id().await;
        let mut write = self.system().write().await.unwrap();
        let (now, id) = (write.now, new_id(write.now));
        teams::insert(&mut write.conn(), &id, (&organization, None), named(name), now).await.unwrap();
        for given in grants {
            insert_grant_to(&mut write, &organization, ("team", &id), given).await;
        }
        write.commit_unlogged().await.unwrap();
        for user in users {
            self.join(&id, MemberKind::User, user).await;
        }
        id
    }

    pub async fn join(&self, team: &str, kind: MemberKind, id: &str) {
        let mut write = self.system().write().await.unwrap();
        let (now, member) = (write.now, MemberRef { kind, id: id.to_owned() });
        membership::join(&mut write.conn(), team, &member, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
    }

    /// An API user of the root company, or of another one, with its token.
    pub async fn api_user(&self, name: &str, role: Role, company: Option<&str>, grants: &[Given]) -> (String, String) {
        let organization = self.organization_id().await;
        let root = self.root_company(&organization).await;
        let secret = Secret::issue(TokenKind::ApiUser);
        let mut write = self.system().write().await.unwrap();
        let (now, id) = (write.now, new_id(write.now));
        let mut fields = named(name);
        fields.set("role", role.stored());
        let new = api_users::new(&id, (&organization, company.unwrap_or(&root)), ("test", "Test"), now);
        let new = new.and(fields).and(api_users::token(&secret, None, now));
        new.insert(&mut write.conn(), "api_users").await.unwrap();
        for given in grants {
            insert_grant_to(&mut write, &organization, ("api_user", &id), given).await;
        }
        write.commit_unlogged().await.unwrap();
        (id, secret.expose().to_owned())
    }

    /// A program that sends this token.
    pub fn bearer(&self, token: &str) -> Browser {
        self.client().with("authorization", &format!("Bearer {token}"))
    }
}
