using StandInExecutor;

try
{
    await Build.RunAsync(Options.Parse(args));
    return 0;
}
catch (Exception e) when (e is FormatException or BuildException)
{
    await Console.Error.WriteLineAsync(e is FormatException ? $"Error: {e.Message}" : $"error building image: {e.Message}");
    return 1;
}
