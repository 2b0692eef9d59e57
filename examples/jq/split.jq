# split.jq - a train and a test side that share no CSV and no meaning tree (the
# operators of a question without its columns and constants). Each CSV and each
# tree is put on a side by a hash of its name, so that the sides stay the same
# as data grows; an episode whose CSV and tree are on different sides is on
# none and is dropped. share is that of CSVs, and of trees, held out: with 0.3
# about 9 % of the episodes are for testing and 49 % for training.
# by: "both" (default), or "csv" or "tree" to keep only those apart.
# Read by: any trainer; hf-push --split NAME takes one file a side.
#
#     jq -c --arg side train -f examples/jq/split.jq episodes.jsonl
#     jq -c --arg side test --argjson share 0.2 -f examples/jq/split.jq episodes.jsonl
def hash:  # 0 to 1, of a text
  reduce (explode[] , 17, 101) as $c (5381; (. * 33 + $c) % 16777213)
  | . * 2654435 % 16777213 / 16777213;
def tree:
  .question
  | (.template_params.program.steps? // null) as $steps
  | if $steps then [$steps[] | [.op, .in]] | tojson
    else .template_name // .question_text end;

($ARGS.named.share // 0.3) as $share
| ($ARGS.named.side // "train") as $side
| ($ARGS.named.by // "both") as $by
| select(.type == "episode")
| ((.question.csv_sha256 // .csv_source | hash) < $share) as $csv
| ((tree | hash) < $share) as $tree
| (if $by == "csv" then [$csv] elif $by == "tree" then [$tree]
   else [$csv, $tree] end) as $held
| select(if $side == "test" then $held | all else $held | any | not end)
