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
var nothing = new NothingMeant();
var builder = await TestApplication.CreateBuilderAsync(args);
builder.CommandLine.AddProvider(() => new RunnerOptions());
builder.AddTreeNodeFilterService(new RunnerOptions());
builder.RegisterTestFramework(_ => new TestFrameworkCapabilities(), (_, services) => new KontraktFramework(services, nothing, ending.Token));
using var application = await builder.BuildAsync();
var exitCode = nothing.Judge(await application.RunAsync());
// 128 + 15, as any program that this signal ends.
return ending.IsCancellationRequested ? 143 : exitCode;
