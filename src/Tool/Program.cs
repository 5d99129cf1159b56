using Kontrakt.Tool;

return await KontraktCommand.RunAsync(args, Console.Out, Console.Error, Environment.GetEnvironmentVariable);
