using System.Globalization;
using System.Net;
using System.Net.Sockets;

// Does what its arguments say, in their order; each is a word and its value:
//   print TEXT     writes a line
//   env NAME       writes an environment variable's value
//   fill FILE      writes 8 MiB to a file
//   sleep SECONDS  waits
//   serve PORT     answers every connection to the port, from now on
//   exit CODE      ends with the code
// Without "exit" the end is 0. SIGTERM ends it at once.
using var terminated = new CancellationTokenSource();
using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, context => { context.Cancel = true; terminated.Cancel(); });

foreach (var step in args.Chunk(2))
    switch (step)
    {
        case ["print", var text]:
            Console.WriteLine(text);
            break;
        case ["env", var name]:
            Console.WriteLine($"{name}={Environment.GetEnvironmentVariable(name)}");
            break;
        case ["fill", var file]:
            await File.WriteAllBytesAsync(file, new byte[8 << 20]);
            break;
        case ["sleep", var seconds]:
            await Sleep(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
            break;
        case ["serve", var port]:
            _ = Serve(int.Parse(port, CultureInfo.InvariantCulture));
            break;
        case ["exit", var code]:
            return int.Parse(code, CultureInfo.InvariantCulture);
        default:
            Console.Error.WriteLine($"not understood: {string.Join(' ', step)}");
            return 64;
    }
return 0;

async Task Sleep(TimeSpan time)
{
    try
    {
        await Task.Delay(time, terminated.Token);
    }
    catch (OperationCanceledException)
    {
        Environment.Exit(143);
    }
}

static async Task Serve(int port)
{
    var listener = new TcpListener(IPAddress.Any, port);
    listener.Start();
    while (true)
        (await listener.AcceptTcpClientAsync()).Dispose();
}
