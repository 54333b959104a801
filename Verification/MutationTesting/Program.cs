using TileProof.MutationTesting;
using TileProof.MutationTesting.Running;

try
{
    return args is [WorkerProcess.Argument, string order] ? Worker.Run(order) : MutationCommand.Run(Directory.GetCurrentDirectory(), MutationOptions.Parse(args), Console.Out);
}
catch (MutationTestingException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
