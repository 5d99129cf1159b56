using System.Runtime.InteropServices;
using Kontrakt.Testing;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Capabilities.TestFramework;
using Microsoft.Testing.Platform.Helpers;

// Ctrl+C is the platform's. SIGTERM, as CI systems end a job, cancels in the same way: what runs is deleted before the process ends.
using var ending = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    ending.Cancel();
});
var arguments = new RunnerArguments(args);
using var parent = arguments.IsOfDotnetTest ? ParentProcess.Watch(ending) : null;
var exitCode = arguments.ProjectFile is { } file && File.Exists(file) && ProjectSettings.Read(file) is var project && OwnTests.Of(project) is { } ownTests
    ? await RunBothAsync(ownTests, project.OwnFrameworkIsThis)
    : await RunKontraktsAsync(args);
return ending.IsCancellationRequested ? PlatformExitCode.Terminated : exitCode;

async Task<int> RunBothAsync(OwnTests own, bool connected)
{
    var before = await own.RunAsync(arguments.ForOwnTests, ending.Token);
    return OwnTests.GoesOn(before) ? PlatformExitCode.Of(before, await RunKontraktsAsync(arguments.ForKontrakts(connected))) : before;
}

async Task<int> RunKontraktsAsync(string[] options)
{
    var nothing = new NothingMeant();
    var builder = await TestApplication.CreateBuilderAsync(options);
    builder.CommandLine.AddProvider(() => new RunnerOptions());
    builder.AddTreeNodeFilterService(new RunnerOptions());
    builder.RegisterTestFramework(_ => new TestFrameworkCapabilities(), (_, services) => new KontraktFramework(services, nothing, ending.Token));
    using var application = await builder.BuildAsync();
    return nothing.Judge(await application.RunAsync());
}
