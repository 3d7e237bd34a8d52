import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { errorPageHtml } from '@isthmus/api-contract';

/** The page that problem answers point at; the same for every installation, so it is open. */
@Controller('docs/errors')
@ApiExcludeController()
export class ErrorPageController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  read(): string {
    return errorPageHtml();
  }
}
