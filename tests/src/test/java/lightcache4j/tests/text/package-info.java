/// Tokenizers, chat templates and text towers, against what Hugging Face's libraries computed.
package lightcache4j.tests.text;
