using Shop.Shared.Hosting;
using Shop.User;

await ShopHost.Run(args, serves: [new UserModule()], needs: []);
