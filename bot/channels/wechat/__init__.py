"""WeChat official accounts (公众号, 服务号), verified or not. docs/wechat.md says how a school sets one up."""
