//! `OnceDialog(title, label, secret, on_done) children`: a secret that is shown this once, and below it what is to be known. It closes once it was copied, or
//! by *I have stored it*: until then ✕, Esc and Back ask first, and the browser does where the page is left.

use super::{Button, ButtonKind, Dialog, Notice, SecretBox, Tone};
use crate::browser;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

#[component]
pub fn OnceDialog(
    #[prop(into)] title: String,
    /// `Access token`
    label: &'static str,
    secret: String,
    #[prop(into)] on_done: Callback<()>,
    children: Children,
) -> impl IntoView {
    let (stored, asked) = (RwSignal::new(false), RwSignal::new(false));
    let leave = Callback::new(move |()| {
        stored.set(true);
        on_done.run(());
    });
    let ask = Callback::new(move |()| if stored.get_untracked() { leave.run(()) } else { asked.set(true) });
    let url = use_url();
    let here =
        move || url.with_untracked(|url| format!("{}?{}", url.path(), url.search()).trim_end_matches('?').to_owned());
    Effect::new(move |_| browser::keep_page(move || stored.try_get_untracked() == Some(false), here, ask));
    let warned = move || asked.get() && !stored.get();
    let footer = move || {
        view! {
            {move || warned().then(|| view! { <Button kind=ButtonKind::Danger on_click=leave>"Close without copying"</Button> })}
            <Button kind=ButtonKind::Primary on_click=leave>"I have stored it"</Button>
        }
    };
    view! {
        <Dialog title=title on_close=ask footer=footer>
            <SecretBox label=label secret=secret stored=stored />
            {children()}
            <div role="alert">
                {move || warned().then(|| view! {
                    <Notice tone=Tone::Danger>"You haven't copied it. If you close this now, nobody can see it again."</Notice>
                })}
            </div>
        </Dialog>
    }
    .into_any()
}
