# sft.jq - chat messages of verified episodes for supervised fine-tuning: the
# gold conversation, its hint taken out; those whose text cites the hint are
# left out.
# Read by: TRL SFTTrainer ("messages"), Axolotl (type: chat_template),
# LLaMA-Factory (sharegpt with role/content tags).
#
#     jq -c -f examples/jq/sft.jq episodes.jsonl
select(.type == "episode" and .verified and (.hint_leak | not))
| {messages: (.messages | map({role, content}))}
