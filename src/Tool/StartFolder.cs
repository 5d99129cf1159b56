namespace Kontrakt.Tool;

/// <summary>The current folder of the process as the first command found it. While a project is evaluated, the process has that project's folder, also for commands beside it.</summary>
internal static class StartFolder
{
    public static string FullPath { get; } = Directory.GetCurrentDirectory();

    public static string Resolve(string path) => Path.GetFullPath(path, FullPath);
}
