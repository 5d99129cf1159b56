Console.WriteLine(greeting);
