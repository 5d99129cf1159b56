// Each test starts builds that use several processes themselves.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]
