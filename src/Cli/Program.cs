using Emergence.Cli;
using Emergence.Cli.Commands;

var host = CliHost.OfProcess();
return await new EmergenceProgram(host, DoctorCommand.Create(host)).RunAsync(args);
