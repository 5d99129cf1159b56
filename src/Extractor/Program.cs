using System.Reflection;
using System.Runtime.Versioning;
using Kontrakt.Extractor;

// Of the program, not of a release: the same sources are the same bytes, and so the same images.
[assembly: AssemblyVersion("1.0.0.0")]
[assembly: SupportedOSPlatform("linux")]

return ExtractorCommand.Run(args, Console.Out, Console.Error);
