//! Teams and API users of the first organization, put straight into the database.

use super::fixtures::insert_grant_to;
use super::{Browser, Given, TestApp};
use crate::access::Role;
use crate::features::api_users::store::{self as api_users, NewApiUser, Token};
use crate::features::teams::store::{self as teams, Fields};
use crate::rights::model::{MemberKind, MemberRef};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind};

impl TestApp {
    /// A team with these grants and users in it; its id.
    pub async fn team(&self, name: &str, grants: &[Given], users: &[&str]) -> String {
        let organization = self.organization_id().await;
        let mut write = self.system().write().await.unwrap();
        let (now, id) = (write.now, new_id(write.now));
        let fields = Fields { name: name.to_owned(), remark: String::new() };
        teams::insert(&mut write.conn(), &id, (&organization, None), &fields, now).await.unwrap();
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
        teams::add(&mut write.conn(), team, &member, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
    }

    /// An API user of the root company, or of another one, with its token.
    pub async fn api_user(&self, name: &str, role: Role, company: Option<&str>, grants: &[Given]) -> (String, String) {
        let organization = self.organization_id().await;
        let root = self.root_company(&organization).await;
        let secret = Secret::issue(TokenKind::ApiUser);
        let mut write = self.system().write().await.unwrap();
        let (now, id) = (write.now, new_id(write.now));
        let new = NewApiUser {
            id: &id,
            organization_id: &organization,
            company_id: company.unwrap_or(&root),
            made_by: "test",
            made_by_name: "Test",
            fields: &api_users::Fields { name: name.to_owned(), remark: String::new(), role },
            token: Token { hash: &secret.hash(), hint: &secret.hint(), expires_at: None },
        };
        api_users::insert(&mut write.conn(), &new, now).await.unwrap();
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
