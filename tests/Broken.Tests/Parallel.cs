// Cases mostly wait for a cluster; their builds take turns (Tool.RunAsync).
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 6)]
