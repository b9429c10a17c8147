@rem kubectl runs it to complete the arguments of kubectl podscore: put it on the PATH too.
@kubectl-podscore.exe __complete %*
