module podflow/pause

go 1.25.0
