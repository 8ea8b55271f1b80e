using Emergence.Cli;
using Emergence.Cli.Commands;

var host = CliHost.OfProcess();
var program = new EmergenceProgram(
    host,
    ReportCommand.Create(host),
    TailCommand.Create(host),
    DoctorCommand.Create(host));
return await program.RunAsync(args);
