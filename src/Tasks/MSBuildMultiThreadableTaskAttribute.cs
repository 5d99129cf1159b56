// MSBuild looks for this attribute by its full name. Declared here because MSBuild 18.0 to 18.2 have none.
namespace Microsoft.Build.Framework;

/// <summary>Says that a task may run beside others in one process (dotnet build -mt). Not inherited: it is on each task that was reviewed.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
