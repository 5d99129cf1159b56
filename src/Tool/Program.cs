using Kontrakt.Tool;

return EngineProgram.DirectoryOf(args) is { } directory
    ? await EngineProgram.RunAsync(directory, Console.Out, Environment.GetEnvironmentVariable)
    : await KontraktCommand.RunAsync(args, Console.Out, Console.Error, Environment.GetEnvironmentVariable);
