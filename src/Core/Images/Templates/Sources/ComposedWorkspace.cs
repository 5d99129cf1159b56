namespace Kontrakt.Images.Templates.Sources;

/// <summary>A folder with all of a template's sources.</summary>
/// <param name="Directory">A full path.</param>
/// <param name="Origin">Where the file at a path of the folder is from: the file that a person would mend.</param>
internal sealed record ComposedWorkspace(string Directory, Func<string, string> Origin);
