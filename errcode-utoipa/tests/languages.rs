//! The texts of a document are in the catalog's default language, whatever the order in which they are written.

#![allow(missing_docs)]

use errcode_core::AppError;
use utoipa::OpenApi;

#[derive(Debug, AppError)]
#[error(
    "gone",
    code = "E2001",
    status = 404,
    title(zh = "项目不存在", en = "Project not found"),
    explanation(zh = "已被删除。", en = "It was deleted."),
    user_msg(zh = "没有该项目", en = "There is no such project.")
)]
struct NotFound;

errcode_core::catalog! {
    static CATALOG = [NotFound];
    languages = ["en", "zh"];
}

errcode_utoipa::codes!(ShowErrors = [NotFound]);

#[utoipa::path(get, path = "/", responses(ShowErrors))]
#[expect(dead_code, reason = "only its documentation is used")]
async fn show() {}

#[derive(OpenApi)]
#[openapi(paths(show))]
struct Api;

#[test]
fn a_document_is_in_the_default_language() {
    let api = serde_json::to_value(Api::openapi()).expect("JSON");
    let response = &api["paths"]["/"]["get"]["responses"]["404"];
    assert_eq!(response["description"], "`E2001` Project not found");
    let text = response.to_string();
    for shown in ["It was deleted.", "There is no such project."] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let is_chinese = |letter| matches!(letter, '\u{4e00}'..='\u{9fff}');
    assert!(!text.contains(is_chinese), "{text}");
}
