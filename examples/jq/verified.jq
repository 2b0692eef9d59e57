# verified.jq - only the verified episodes, as they are.
# Read by: every later recipe and program that takes episodes.
#
#     jq -c -f examples/jq/verified.jq episodes.jsonl
select(.type == "episode" and .verified)
